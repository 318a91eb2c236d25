// The floor: who may listen in is rung on this page.

import { tick } from "./ages.js";
import { doDeeds } from "./deeds.js";
import { openLine } from "./line.js";

doDeeds();
const floor = document.getElementById("floor");
if (floor) openLine(floor.dataset);
document.addEventListener("followed", tick);
setInterval(tick, 500);
tick();
