// Sorting of tables and zooming of plots; both by mouse, finger and keyboard.
"use strict";

const said = document.getElementById("said");

/** Sorts a table's lines by a heading; a third press brings back the first order. */
function sortBy(button) {
  const th = button.closest("th"), table = th.closest("table"), tbody = table.tBodies[0];
  const column = [...th.parentElement.children].indexOf(th);
  const rows = [...tbody.rows];
  rows.forEach((row, i) => row.dataset.place ??= String(i));
  const first = button.dataset.first, second = first === "ascending" ? "descending" : "ascending";
  const state = th.getAttribute("aria-sort");
  const wanted = state === "none" ? first : state === first ? second : "none";
  for (const other of table.querySelectorAll("th[aria-sort]")) {
    other.setAttribute("aria-sort", other === th ? wanted : "none");
  }
  const sign = wanted === "descending" ? -1 : 1;
  const value = (row) => {
    const cell = row.cells[column], { sort } = cell.dataset;
    return sort === undefined ? cell.textContent : sort === "" ? undefined : Number(sort);
  };
  const place = (row) => Number(row.dataset.place);
  rows.sort((a, b) => {
    const x = value(a), y = value(b);
    if (wanted !== "none" && x !== y) {
      if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
      return x < y ? -sign : sign;
    }
    return place(a) - place(b);
  });
  tbody.append(...rows);
  const name = button.textContent.replace(/[↑↓]/g, "").trim();
  said.textContent = wanted === "none" ? "Sorted as at first." : `Sorted by ${name}, ${wanted}.`;
}

for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => sortBy(button));
}

/** The part of a drawing that is seen, in shares of the whole: [left, top, size]. */
function zoomable(figure) {
  const view = figure.querySelector(".view");
  let left = 0, top = 0, size = 1;
  const svgs = [...view.querySelectorAll("svg")];
  for (const svg of svgs) svg.dataset.whole = svg.getAttribute("viewBox");
  const show = () => {
    left = Math.min(Math.max(0, left), 1 - size);
    top = Math.min(Math.max(0, top), 1 - size);
    for (const svg of svgs) {
      const [x, y, w, h] = svg.dataset.whole.split(" ").map(Number);
      svg.setAttribute("viewBox", `${x + left * w} ${y + top * h} ${size * w} ${size * h}`);
    }
    view.classList.toggle("zoomed", size < 1);
  };
  const zoom = (factor, atX = 0.5, atY = 0.5) => {
    const next = Math.min(1, Math.max(1 / 12, size / factor));
    left += atX * (size - next);
    top += atY * (size - next);
    size = next;
    show();
  };
  const pan = (dx, dy) => {
    left += dx * size;
    top += dy * size;
    show();
  };
  const reset = () => {
    left = top = 0;
    size = 1;
    show();
  };
  const share = (event) => {
    const box = view.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };

  const actions = { in: () => zoom(1.5), out: () => zoom(1 / 1.5), reset };
  for (const button of figure.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => actions[button.dataset.zoom]());
  }
  view.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      "+": actions.in,
      "=": actions.in,
      "-": actions.out,
      "0": reset,
      "Escape": reset,
      ...(size < 1
        ? {
          ArrowLeft: () => pan(-0.15, 0),
          ArrowRight: () => pan(0.15, 0),
          ArrowUp: () => pan(0, -0.15),
          ArrowDown: () => pan(0, 0.15),
        }
        : {}),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  view.addEventListener("dblclick", (event) => zoom(2, ...share(event)));
  // The wheel alone scrolls the page; with Ctrl (which is what a pinch on a touchpad sends) it zooms.
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 200), ...share(event));
  }, { passive: false });

  // Fingers and the mouse: one pans what is zoomed, two pinch.
  const down = new Map();
  const spread = () => {
    const [a, b] = [...down.values()];
    return {
      apart: Math.hypot(a[0] - b[0], a[1] - b[1]),
      x: (a[0] + b[0]) / 2,
      y: (a[1] + b[1]) / 2,
    };
  };
  view.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, share(event));
    if (size < 1) view.setPointerCapture(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    const from = down.get(event.pointerId);
    if (from === undefined) return;
    const before = down.size === 2 ? spread() : undefined;
    const to = share(event);
    down.set(event.pointerId, to);
    if (before !== undefined) zoom(spread().apart / before.apart, before.x, before.y);
    else if (size < 1) pan(from[0] - to[0], from[1] - to[1]);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    view.addEventListener(end, (event) => down.delete(event.pointerId));
  }
}

for (const figure of document.querySelectorAll("figure.plot")) zoomable(figure);

/** Unfolds what a link or an address points at, and everything around it. */
function unfold() {
  const at = location.hash.length > 1 &&
    document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = at && at.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  if (at) at.scrollIntoView();
}

addEventListener("hashchange", unfold);
unfold();

// Paper cannot be unfolded.
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
});
