// How long something has lasted, or lasts yet: what is marked so goes on by itself.

/** A clock begins to go when it comes onto the page. */
export function tick() {
  for (const clock of document.querySelectorAll(".ticks")) {
    const { age, left } = clock.dataset;
    clock.metAt ??= performance.now();
    const gone = (performance.now() - clock.metAt) / 1000;
    clock.textContent = written(age === undefined ? Math.max(0, left - gone) : Math.max(0, Number(age) + gone));
  }
}

/** @param {number} seconds @returns {string} such as 0:07, 12:30, 1:02:03 */
function written(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
