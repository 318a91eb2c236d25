// On a narrow screen the pages' links are one line that is pushed sideways: the one of this page is in its middle.

const nav = document.querySelector(".top nav");
const here = nav?.querySelector("[aria-current]");
const center = () => {
  nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
};
nav?.addEventListener("focusin", ({ target }) => target.scrollIntoView({ block: "nearest", inline: "center" }));
if (here) {
  center();
  screen.orientation?.addEventListener("change", center);
}
