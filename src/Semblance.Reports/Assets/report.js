"use strict";
// Everything here adds to a page that is complete without it: sorting, filtering, paging, enlarging, copying.
(function () {
  const byId = (id) => document.getElementById(id);
  const make = (name, text, parent) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  document.documentElement.classList.add("js");

  // The table of prompts: sorted by its buttons, filtered by its field, one page at a time.
  const table = byId("prompts");
  if (table) {
    const PAGE = 100;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const tools = byId("tools");
    const label = make("label", "Find prompts ", tools);
    const field = make("input", "", label);
    field.type = "search";
    const found = make("output", "", tools);
    const back = make("button", "Previous", tools);
    const on = make("button", "Next", tools);
    back.type = on.type = "button";
    let shown = rows;
    let order = rows;
    let page = 0;

    const number = (cell) => parseFloat(cell.textContent.replace("\u2212", "-"));
    const text = new Map(rows.map((row) => [row, row.cells[0].textContent.toLowerCase()]));

    const draw = () => {
      const pages = Math.max(1, Math.ceil(shown.length / PAGE));
      page = Math.min(page, pages - 1);
      body.replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE));
      found.textContent =
        shown.length + " of " + rows.length + (pages > 1 ? ", page " + (page + 1) + " of " + pages : "");
      back.hidden = on.hidden = pages === 1;
      back.disabled = page === 0;
      on.disabled = page === pages - 1;
    };
    const filter = () => {
      const wanted = field.value.trim().toLowerCase();
      shown = wanted ? order.filter((row) => text.get(row).includes(wanted)) : order;
      page = 0;
      draw();
    };
    field.addEventListener("input", filter);
    back.addEventListener("click", () => { page--; draw(); });
    on.addEventListener("click", () => { page++; draw(); });

    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      if (head.tagName !== "TH") return;
      const button = make("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numeric = column > 0;
        const down = numeric ? head.getAttribute("aria-sort") !== "descending" : head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = new Map(rows.map((row) => [row, numeric ? number(row.cells[column]) : text.get(row)]));
        const sign = down ? -1 : 1;
        order = rows.slice().sort((a, b) => {
          const x = key.get(a), y = key.get(b);
          return sign * (numeric ? (isNaN(x) ? -Infinity : x) - (isNaN(y) ? -Infinity : y) : x < y ? -1 : x > y ? 1 : 0);
        });
        filter();
      });
    });
    draw();
  }

  // A link to a folded section opens it.
  const open = () => {
    const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details");
    if (folded) {
      folded.open = true;
      folded.scrollIntoView();
    }
  };
  addEventListener("hashchange", open);
  open();

  // A thumbnail is enlarged in a dialog; arrow keys go to its neighbours.
  const dialog = make("dialog", "", document.body);
  dialog.setAttribute("aria-label", "Image");
  const frame = make("div", "", dialog);
  const foot = make("p", "", dialog);
  const caption = make("span", "", foot);
  const close = make("button", "Close", foot);
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  let current = null;
  const show = (image) => {
    current = image;
    frame.replaceChildren(image.cloneNode(true));
    caption.textContent = image.getAttribute("aria-label");
    if (!dialog.open) dialog.showModal();
  };
  const images = Array.from(document.querySelectorAll(".thumbs svg, .ends svg"));
  images.forEach((image) => {
    image.tabIndex = image.closest(".thumbs") ? 0 : -1;
    image.addEventListener("click", () => show(image));
    image.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        show(image);
      }
    });
  });
  dialog.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const group = current && current.parentNode.parentNode;
    if (!step || !group) return;
    const all = Array.from(group.querySelectorAll("svg"));
    const next = all[all.indexOf(current) + step];
    if (next) show(next);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  // Tables are copied as LaTeX or Markdown, the scores as CSV.
  const copies = byId("copies");
  if (copies && navigator.clipboard) {
    const csv = document.querySelector('a[download="scores.csv"]');
    const decode = () =>
      new TextDecoder().decode(Uint8Array.from(atob(csv.href.slice(csv.href.indexOf(",") + 1)), (c) => c.charCodeAt(0)));
    const offers = [
      ["Copy as LaTeX", () => byId("latex").textContent],
      ["Copy as Markdown", () => byId("markdown").textContent],
      ["Copy scores as CSV", decode],
    ];
    const said = make("output");
    offers.forEach(([name, read]) => {
      const button = make("button", name, copies);
      button.type = "button";
      button.addEventListener("click", () =>
        navigator.clipboard.writeText(read()).then(
          () => (said.textContent = "Copied."),
          () => (said.textContent = "The browser does not allow copying here.")
        )
      );
    });
    copies.append(said);
  }
})();
