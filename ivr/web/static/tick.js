// A clock for pages that nobody sees.

setInterval(() => postMessage("tick"), 1000);
