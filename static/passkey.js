// When a passkey is refused or the browser's own question is closed: say so on the page, in one sentence.
document.addEventListener("allauth.error", function (event) {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-trouble]").forEach(function (note) { note.hidden = false; });
});
