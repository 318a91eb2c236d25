// Keeps the parts of a page marked `data-follow` as the server has them now, without touching what has not
// changed or is in use: a message that plays goes on playing, a note half written stays. After an upgrade of
// the program the whole page is loaded anew, with its new sheet and script, as soon as nothing on it is in use.
// What does not change is not sent again (`Follow`). The page hears of each look by an event: `followed` when the
// server has answered, `unfollowed` when not.

const EVERY = 1000;
let number = null;

/** Looks once, also where nobody sees the page. */
export async function look() {
  const asked = { Follow: "parts", ...(number && { "If-None-Match": number }) };
  const answer = await fetch(location.href, { headers: asked, cache: "no-store" });
  if (answer.status === 401) return location.reload(); // signed out meanwhile: nothing stays to be read
  if (answer.status === 304) return tell("followed");
  if (answer.status !== 200) return tell("unfollowed");
  number = answer.headers.get("ETag");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (editionOf(page) !== editionOf(document)) {
    if (!inUse(document.body)) return location.reload();
    number = null; // it is of the old edition: look again
  }
  const { id, href } = whereOf(document.activeElement);
  for (const part of document.querySelectorAll("[data-follow]")) {
    const now = page.getElementById(part.id);
    if (now) renew(part, now);
    else if (part.dataset.follow === "always") return location.reload(); // it is another page now
  }
  if (document.activeElement === document.body) {
    const same = id ? document.getElementById(id) : href && document.querySelector(`a[href="${CSS.escape(href)}"]`);
    same?.focus();
  }
  tell("followed");
}

const whereOf = (element) => ({ id: element?.id, href: element?.getAttribute("href") });

const tell = (what) => void document.dispatchEvent(new Event(what));

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

const FIELDS = "input, select, textarea, audio";

const editionOf = (page) => page.documentElement.dataset.edition;

function inUse(part) {
  const writing = part.contains(document.activeElement) && document.activeElement.matches(FIELDS);
  const written = (field) => field.value !== field.defaultValue;
  const begun = (sound) => !sound.ended && (!sound.paused || sound.currentTime > 0);
  return (
    writing || [...part.querySelectorAll("input, textarea")].some(written) || [...part.querySelectorAll("audio")].some(begun)
  );
}

async function follow() {
  try {
    if (!document.hidden) await look();
  } catch {
    tell("unfollowed"); // The hotline is being started again, or the line is bad: the next look tells.
  }
  setTimeout(follow, EVERY);
}

// A page that says of itself that it is still shows what was, and takes long to make: nobody asks for it again.
const still = "still" in document.documentElement.dataset;
if (!still && document.querySelector("[data-follow]")) setTimeout(follow, EVERY);
