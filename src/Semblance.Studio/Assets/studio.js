// The pages work without this script. It adds keys, an outbox that survives a lost connection, and images loaded ahead.
(() => {
  "use strict";
  const base = document.body.dataset.base;
  const byId = (id) => document.getElementById(id);
  const state = byId("state");
  const mine = new Map(); // page -> {answer, replaces}, as far as this window knows
  const ahead = new Map(); // page -> promise of a <main> with decoded images
  let main = byId("page");
  let watch = null;

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  const seconds = (ms) => Math.round(ms) / 1000;
  const say = (text, waiting) => { state.textContent = text; state.classList.toggle("waiting", !!waiting); };

  // ---- outbox -------------------------------------------------------------------------------------------------
  const memory = new Map(); // where there is no IndexedDB (private windows), votes wait here
  const opened = new Promise((resolve) => {
    try {
      const request = indexedDB.open("semblance-studio", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("outbox", { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch { resolve(null); }
  });
  const inBox = async (mode, act) => {
    const db = await opened;
    if (!db) return null;
    return new Promise((resolve, reject) => {
      const transaction = db.transaction("outbox", mode);
      const request = act(transaction.objectStore("outbox"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };
  const put = async (entry) => {
    memory.set(entry.id, entry);
    try { await inBox("readwrite", (box) => box.put(entry)); } catch { /* it is still in memory, and sent from there */ }
  };
  const remove = async (id) => {
    memory.delete(id);
    try { await inBox("readwrite", (box) => box.delete(id)); } catch { /* sending it twice does no harm */ }
  };
  const waiting = async () => {
    const all = new Map(memory);
    try { for (const entry of (await inBox("readonly", (box) => box.getAll())) || []) all.set(entry.id, entry); } catch { /* memory alone */ }
    return [...all.values()].filter((entry) => entry.base === base).sort((a, b) => a.at - b.at || a.order - b.order);
  };

  const patience = 30000; // a connection that is lost may never say so
  let sending = null;
  let again = 1000;
  let timer = 0;
  const send = () => { sending ??= sendAll().finally(() => { sending = null; }); return sending; };
  const later = () => { clearTimeout(timer); timer = setTimeout(send, again); again = Math.min(again * 2, 30000); };
  const sendWhole = async () => { while (!(await send())) await new Promise((resolve) => setTimeout(resolve, again)); };
  const sendAll = async () => {
    clearTimeout(timer);
    for (;;) {
      const entries = await waiting();
      if (entries.length === 0) { again = 1000; if (!state.classList.contains("told")) say("All answers are saved"); return true; }
      const entry = entries[0];
      const age = entry.life === life ? performance.now() - entry.ticks : Math.max(0, Date.now() - entry.at);
      let reply;
      try {
        reply = await fetch(base + "/votes", {
          method: "POST", headers: { "Content-Type": "application/json" }, cache: "no-store", signal: AbortSignal.timeout(patience),
          body: JSON.stringify({ ...entry.vote, ageSeconds: seconds(age) }),
        });
      } catch { reply = null; }
      if (reply && reply.ok) {
        const told = await reply.json().catch(() => ({}));
        await remove(entry.id);
        if (told.message) tell(told.message);
      } else if (reply && [400, 403, 404, 413].includes(reply.status)) {
        const told = await reply.json().catch(() => ({}));
        await remove(entry.id);
        tell("An answer was not taken: " + (told.message || "this link is no longer known."));
      } else {
        say(`Not saved yet: ${entries.length} ${entries.length === 1 ? "answer is" : "answers are"} kept in this browser and sent again`, true);
        later();
        return false;
      }
    }
  };
  const tell = (text) => { say(text, true); state.classList.add("told"); setTimeout(() => state.classList.remove("told"), 8000); };
  const life = newId(); // a clock may jump: ages within one life of the page are measured by ticks
  let order = 0;

  // ---- a page -------------------------------------------------------------------------------------------------
  const number = (node) => Number(node.dataset.page);
  const total = () => Number(main.dataset.total);
  const tie = () => main.dataset.tie === "yes";
  const decoded = (node) => Promise.all([...node.querySelectorAll(".tile img")].map((image) => image.decode()));

  // Images that a lost connection has left out are asked for again, for as long as the page is looked at.
  const imagesOf = async (node, isShown) => {
    for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
      try {
        await decoded(node);
        if (wait > 500) { state.classList.remove("told"); send(); } // which says how the answers stand
        return isShown();
      } catch { /* below */ }
      if (!isShown()) return false;
      tell("Some images are not loaded yet; they are asked for again. If they never come, say that you cannot judge the page.");
      await new Promise((resolve) => setTimeout(resolve, wait));
      for (const image of node.querySelectorAll(".tile img")) if (image.complete && image.naturalWidth === 0) image.src = image.src;
    }
  };

  // The server may not have an answer yet that is on its way.
  const mark = (node) => {
    const known = mine.get(number(node));
    if (!known || known.replaces <= Number(node.dataset.replaces)) return;
    node.dataset.replaces = known.replaces;
    node.dataset.answer = known.answer;
    node.querySelectorAll("[data-answer]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.answer === known.answer));
  };

  const begin = (node) => {
    watch?.seen.disconnect();
    const now = performance.now();
    const page = { shown: now, ready: 0, hidden: 0, hiddenSince: document.hidden ? now : 0, zooms: 0, events: [], left: new Set(), right: new Set() };
    page.seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) page[entry.target.closest(".gallery").dataset.side].add(entry.target);
    }, { threshold: 0.5 });
    node.querySelectorAll(".tile").forEach((tile) => page.seen.observe(tile));
    watch = page;
    mark(node);
    byId("undo").hidden = number(node) === 1;
    byId("help-open").hidden = false;
    const buttons = node.querySelectorAll(".answers button");
    buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
    imagesOf(node, () => watch === page).then((whole) => {
      if (!whole) return;
      page.ready = performance.now();
      buttons.forEach((button) => button.removeAttribute("aria-disabled"));
    });
    for (const next of [number(node) + 1, number(node) + 2]) if (next <= total()) fetchPage(next);
  };

  const fetchPage = (page) => {
    if (!ahead.has(page)) {
      const loaded = (async () => {
        const reply = await fetch(`${base}/page/${page}`, { headers: { "X-Part": "1" }, cache: "no-store", signal: AbortSignal.timeout(patience) });
        if (!reply.ok) throw new Error(String(reply.status));
        const template = document.createElement("template");
        template.innerHTML = await reply.text();
        const node = document.importNode(template.content.querySelector("main"), true);
        decoded(node).catch(() => {});
        return node;
      })();
      loaded.catch(() => ahead.delete(page));
      ahead.set(page, loaded);
    }
    return ahead.get(page);
  };

  let going = 0;
  const show = async (page, push) => {
    const mark = ++going;
    for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
      try {
        const node = await fetchPage(page);
        if (mark !== going) return;
        ahead.delete(page);
        main.replaceWith(node);
        main = node;
        if (push) history.pushState(null, "", `${base}/page/${page}`);
        window.scrollTo(0, 0);
        bind(node);
        begin(node);
        const heading = byId("question");
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        return;
      } catch {
        if (mark !== going) return;
        say("Waiting for the connection. Your answers are kept in this browser.", true);
        await new Promise((resolve) => setTimeout(resolve, wait));
        if (mark !== going) return;
      }
    }
  };

  const goOn = async (from, given) => {
    const { expected, explanation } = main.dataset;
    if (expected) {
      byId("feedback-title").textContent = given === expected ? "Yes" : "Not quite";
      byId("feedback-text").textContent = explanation;
      byId("feedback").showModal();
      await new Promise((resolve) => byId("feedback").addEventListener("close", resolve, { once: true }));
    }
    if (from < total()) { show(from + 1, true); return; }
    say("Sending your last answers", true);
    await sendWhole();
    location.assign(base + "/done");
  };

  let busy = false;
  const answer = async (given, reason) => {
    if (busy || (given === "same" && !tie())) return;
    if (given !== "cannot_judge" && !watch.ready) { tell("The images are still loading."); return; }
    busy = true;
    try {
      const now = performance.now();
      const page = number(main);
      await earlier;
      const hidden = watch.hidden + (watch.hiddenSince ? now - watch.hiddenSince : 0);
      const replaces = Number(main.dataset.replaces);
      const id = newId();
      const coarse = matchMedia("(pointer: coarse)").matches ? "touch" : "mouse";
      await put({
        id, base, life, ticks: now, at: Date.now(), order: order++,
        vote: {
          id, page, answer: given, replaces, reason: reason || null, note: byId("note").value || null,
          viewSeconds: watch.ready ? seconds(now - watch.ready) : null,
          loadSeconds: watch.ready ? seconds(watch.ready - watch.shown) : null,
          hiddenSeconds: seconds(hidden), zooms: watch.zooms, seenLeft: watch.left.size, seenRight: watch.right.size,
          screen: `${innerWidth}x${innerHeight}@${devicePixelRatio} ${coarse}`,
          events: watch.events.slice(-500).map((one) => ({ kind: one.kind, before: seconds(now - one.ticks), detail: one.detail })),
        },
      });
      mine.set(page, { answer: given, replaces: replaces + 1 });
      state.classList.remove("told");
      say("Saving");
      send();
      goOn(page, given);
    } finally { busy = false; }
  };

  const undo = () => { if (number(main) > 1) show(number(main) - 1, true); };

  // ---- zoom, help, reasons ------------------------------------------------------------------------------------
  const zoom = byId("zoom");
  let zoomed = null;
  const look = (tile) => {
    zoomed = tile;
    const image = tile.querySelector("img");
    byId("zoom-image").src = image.src;
    byId("zoom-image").alt = image.alt;
    byId("zoom-text").textContent = image.alt;
    watch.zooms++;
    watch.events.push({ kind: "zoom", ticks: performance.now(), detail: image.alt });
    if (!zoom.open) zoom.showModal();
  };
  const step = (by) => {
    const tiles = [...zoomed.parentElement.querySelectorAll(".tile")];
    look(tiles[(tiles.indexOf(zoomed) + by + tiles.length) % tiles.length]);
  };
  // Focus moves at once, not at the "close" event: the next key can come before that event.
  const shut = (dialog) => {
    dialog.close();
    if (dialog === zoom) zoomed.focus({ preventScroll: true });
  };
  document.querySelectorAll("dialog [data-close]").forEach((button) => button.addEventListener("click", () => shut(button.closest("dialog"))));
  document.querySelectorAll("[data-reason]").forEach((button) => button.addEventListener("click", () => {
    byId("reasons").close();
    answer("cannot_judge", button.dataset.reason);
  }));
  const help = () => { watch.events.push({ kind: "help", ticks: performance.now(), detail: null }); byId("help").showModal(); };

  const bind = (node) => {
    node.querySelector("#answers").addEventListener("submit", (event) => {
      event.preventDefault();
      const given = event.submitter?.value;
      if (given === "cannot_judge") byId("reasons").showModal();
      else if (given) answer(given);
    });
    node.querySelectorAll(".tile").forEach((tile) => tile.addEventListener("click", () => look(tile)));
    byId("undo").addEventListener("click", undo);
    byId("help-open").addEventListener("click", help);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const writing = event.target.closest?.("textarea, input, select");
    if (writing) { if (event.key === "Escape") writing.blur(); return; }
    const dialog = document.querySelector("dialog[open]");
    if (dialog) {
      const turns = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === "Escape" || (dialog === zoom && event.key === " ")) { event.preventDefault(); shut(dialog); }
      else if (dialog === zoom && turns) { event.preventDefault(); step(turns); }
      return;
    }
    const keys = {
      ArrowLeft: () => answer("left"), ArrowDown: () => answer("same"), ArrowRight: () => answer("right"),
      z: undo, c: () => byId("reasons").showModal(), "?": help,
      n: () => { byId("note-box").open = true; byId("note").focus(); },
    };
    const act = keys[event.key] || keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); if (!event.repeat) act(); return; }
    if (event.key === " " && !event.target.closest?.("button:not(.tile), a, summary")) {
      event.preventDefault();
      if (!event.repeat) look(event.target.closest?.(".tile") || main.querySelector(".tile:hover") || main.querySelector(".tile"));
    }
  });

  document.addEventListener("visibilitychange", () => {
    const now = performance.now();
    if (document.hidden) watch.hiddenSince = now;
    else if (watch.hiddenSince) { watch.hidden += now - watch.hiddenSince; watch.hiddenSince = 0; }
    watch.events.push({ kind: document.hidden ? "hidden" : "visible", ticks: now, detail: null });
  });
  window.addEventListener("online", send);
  window.addEventListener("popstate", () => {
    const page = Number(location.pathname.split("/").pop());
    if (page) show(page, false);
  });

  // ---- start --------------------------------------------------------------------------------------------------
  const earlier = waiting().then((left) => {
    for (const entry of left) mine.set(entry.vote.page, { answer: entry.vote.answer, replaces: entry.vote.replaces + 1 });
    mark(main);
    return left;
  });
  bind(main);
  begin(main);
  // What an earlier window, or this one before a reload, could not send comes first.
  (async () => {
    const left = await earlier;
    await sendWhole();
    // Whoever follows a link goes on after the answers given; whoever reloads, goes back or has gone on stays.
    const [visit] = performance.getEntriesByType("navigation");
    if (left.length > 0 && visit?.type === "navigate" && going === 0) location.replace(base + "/page/next");
  })();
})();
