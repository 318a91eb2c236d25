// Who is to be called back: a promise is taken back by a button.

import { doDeeds } from "./deeds.js";

doDeeds();
