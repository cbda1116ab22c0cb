/* A talk's page: shows how many minutes are left, without seconds, and asks the server now and then whether the
   other's phone moved it on. The server holds the clock; without this file “Look again” does the same. */
(function () {
  "use strict";
  var talk = document.querySelector("[data-talk]");
  if (!talk) { return; }
  var words = talk.querySelector("[data-words]");
  var left = Number(talk.getAttribute("data-left")), since = performance.now(), loading = false;

  function again() {
    if (!loading) { loading = true; window.location.reload(); }
  }
  function tick() {
    var rest = left - (performance.now() - since) / 1000;
    var said = rest > 60
      ? talk.getAttribute("data-many").replace("{n}", String(Math.max(2, Math.round(rest / 60))))
      : talk.getAttribute("data-last");
    if (words.textContent !== said) { words.textContent = said; }
    if (rest < -1) { again(); }
  }
  function ask() {
    if (document.hidden) { return; }
    fetch(talk.getAttribute("data-ask"), { credentials: "same-origin", cache: "no-store", redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (now) { if (now && now !== talk.getAttribute("data-version")) { again(); } })
      .catch(function () { /* no network: the page stays as it is */ });
  }
  if (words && left) { setInterval(tick, 1000); }
  setInterval(ask, 4000);
  document.addEventListener("visibilitychange", ask);
})();
