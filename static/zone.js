// Guess the time zone from the browser, once, where nothing was chosen yet. The person can change it.
(function () {
  const select = document.querySelector("select[data-guess-zone]");
  if (!select || select.value) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (Array.from(select.options).some(function (option) { return option.value === zone; })) select.value = zone;
})();
