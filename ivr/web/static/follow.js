// Keeps the parts of a page marked `data-follow` as the server has them now, without touching what has not
// changed or is in use: a message that plays goes on playing, a note half written stays.

const EVERY = 1000;
let number = null;

async function look() {
  if (document.hidden) return;
  const asked = number ? { "If-None-Match": number } : {};
  const answer = await fetch(location.href, { headers: asked, cache: "no-store" });
  if (answer.status === 401) return location.reload(); // signed out meanwhile: nothing stays to be read
  if (answer.status !== 200) return;
  number = answer.headers.get("ETag");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const link = document.activeElement?.getAttribute("href");
  for (const part of document.querySelectorAll("[data-follow]")) {
    const now = page.getElementById(part.id);
    if (now) renew(part, now);
  }
  if (link && document.activeElement === document.body) {
    document.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus();
  }
}

// A part whose children all have ids is renewed child by child; any other is replaced.
function renew(old, now) {
  if (old.isEqualNode(now)) return;
  if (old.tagName !== now.tagName) return location.reload();
  const wanted = [...now.children];
  if (!wanted.length || !wanted.every((child) => child.id)) return old.replaceWith(document.adoptNode(now));
  const known = new Map([...old.children].map((child) => [child.id, child]));
  const children = wanted.map((child) => {
    const same = known.get(child.id);
    if (same?.isEqualNode(child)) return same;
    if (!same || !inUse(same)) return document.adoptNode(child);
    number = null; // it is not shown as it is now: look again
    return same;
  });
  for (const child of [...old.children]) if (!children.includes(child)) child.remove();
  children.forEach((child, at) => {
    if (old.children[at] !== child) old.insertBefore(child, old.children[at] ?? null);
  });
}

function inUse(child) {
  const writing = child.contains(document.activeElement) && document.activeElement.matches("input, audio");
  const begun = (sound) => !sound.ended && (!sound.paused || sound.currentTime > 0);
  return writing || [...child.querySelectorAll("audio")].some(begun);
}

async function follow() {
  try {
    await look();
  } catch {
    // The hotline is being started again, or the line is bad: the next look tells.
  }
  setTimeout(follow, EVERY);
}

if (document.querySelector("[data-follow]")) setTimeout(follow, EVERY);
