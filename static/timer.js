/* A calm countdown beside a practice. Without this script the length stands there as text, and a clock will do. */
"use strict";
(() => {
  for (const box of document.querySelectorAll(".timer[data-seconds]")) {
    const left = box.querySelector(".timer__left");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--line btn--s";
    const show = (seconds) => {
      left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };
    const whole = Number(box.dataset.seconds);
    let ends = 0;
    let ticking = 0;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      show(seconds);
      if (seconds === 0) stop();
    };
    const stop = () => {
      window.clearInterval(ticking);
      ticking = 0;
      button.textContent = box.dataset.start;
    };
    button.addEventListener("click", () => {
      if (ticking) {
        stop();
        show(whole);
        return;
      }
      ends = Date.now() + whole * 1000;
      ticking = window.setInterval(tick, 500);
      button.textContent = box.dataset.stop;
    });
    show(whole);
    stop();
    box.append(button);
  }
})();
