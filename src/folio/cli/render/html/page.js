"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const DAY = 86400000;

  const make = (name, attributes, parent, text) => {
    const one = document.createElementNS(SVG, name);
    for (const key in attributes) one.setAttribute(key, attributes[key]);
    if (text !== undefined) one.textContent = text;
    parent.append(one);
    return one;
  };

  // Sorting: the exact value of a cell, else its text; what is missing stays last.
  const keyOf = (row, place) => {
    const cell = row.cells[place];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const compare = (a, b, numeric) =>
    numeric ? Number(a) - Number(b) : a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" });
  const sort = (table, head, place) => {
    const numeric = head.classList.contains("num") || head.classList.contains("bar");
    const before = head.getAttribute("aria-sort");
    const down = before ? before === "ascending" : numeric;
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    for (const body of table.querySelectorAll("tbody.rows")) {
      const rows = [...body.rows].sort((one, other) => {
        const a = keyOf(one, place), b = keyOf(other, place);
        if (a === "" || b === "") return (a === "") - (b === "");
        return compare(a, b, numeric && !isNaN(a) && !isNaN(b)) * (down ? -1 : 1);
      });
      body.append(...rows);
    }
  };
  for (const table of document.querySelectorAll("table")) {
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, head, place));
    });
  }

  // Numbers are shown digit by digit as they are; only their places on the screen are floats.
  const grouped = (text, places) => {
    const [whole, digits = ""] = text.replace("-", "").split(".");
    const sign = text.startsWith("-") ? "-" : "";
    const said = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return sign + said + (places > 0 ? "." + digits.padEnd(places, "0") : digits && "." + digits);
  };
  const percent = (number) => (Number(number) * 100).toFixed(1) + "%";

  const roundTicks = (least, most, about) => {
    if (least <= most * 0.5 || least === most) least = Math.min(least, 0);
    if (most >= least * 0.5 || least === most) most = Math.max(most, 0);
    if (least === most) most = least + 1;
    const rough = (most - least) / about;
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((n) => n * unit).find((n) => n >= rough * 0.999999);
    const first = Math.floor(least / step + 1e-9), last = Math.ceil(most / step - 1e-9);
    return { step, marks: Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step) };
  };
  const iso = (time) => new Date(time).toISOString().slice(0, 10);
  const dayTicks = (from, to, most) => {
    const first = new Date(from), days = (to - from) / DAY;
    const months = [1, 3, 6, 12, 24, 60, 120, 240].find((n) => days / 30.4 / n <= most) ?? 600;
    if (days < 75) {
      const step = [1, 2, 7, 14].find((n) => days / n <= most) ?? 30;
      const found = [];
      for (let time = from; time <= to; time += step * DAY) found.push([time, iso(time).slice(5)]);
      return found;
    }
    const found = [];
    for (let month = 0; ; month += 1) {
      const time = Date.UTC(first.getUTCFullYear(), month, 1);
      if (time > to) return found;
      const number = first.getUTCFullYear() * 12 + month;
      if (time >= from && number % months === 0) found.push([time, iso(time).slice(0, months < 12 ? 7 : 4)]);
    }
  };

  const runsOf = (points) => {
    const runs = [[]];
    for (const point of points) point[1] === null ? runs.push([]) : runs.at(-1).push(point);
    return runs.filter((run) => run.length);
  };

  const live = (figure, data) => {
    const start = Date.parse(data.first);
    const all = data.days.map((day, n) => ({
      time: start + day * DAY, value: data.values[n], put: data.invested[n] ?? null,
    }));
    const last = all.at(-1).time;
    let shown = all, chosen = null, scale = null;

    const bar = document.createElement("div");
    bar.className = "bar-of-ranges";
    const readout = document.createElement("output");
    readout.className = "readout";
    const picture = document.createElementNS(SVG, "svg");
    for (const [key, value] of Object.entries({
      class: "live", tabindex: "0", role: "group",
      "aria-label": data.title + ". Arrow keys move through the days.",
    })) picture.setAttribute(key, value);

    const amount = (text) => (data.ratio ? percent(text) : grouped(text, data.places) + (data.unit && " " + data.unit));
    const say = (point) => {
      const day = document.createElement("span");
      day.className = "facts";
      day.textContent = iso(point.time) + "  ";
      readout.replaceChildren(day, point.value === null ? "not known" : amount(point.value));
      if (point.put !== null) {
        const put = document.createElement("span");
        put.className = "facts";
        put.textContent = "  put in " + amount(point.put);
        readout.append(put);
      }
    };

    const draw = () => {
      const wide = Math.max(Math.round(figure.clientWidth), 240);
      const high = wide < 560 ? 240 : 320;
      picture.setAttribute("viewBox", `0 0 ${wide} ${high}`);
      picture.replaceChildren();
      const known = shown.flatMap((p) => [p.value, p.put]).filter((v) => v !== null).map(Number);
      const { step, marks } = roundTicks(Math.min(...known), Math.max(...known), Math.max(Math.floor((high - 38) / 55), 2));
      const places = Math.max(0, -Math.floor(Math.log10(step * (data.ratio ? 100 : 1)) + 1e-9) + (String(step).includes("25") && step < 25 ? 1 : 0));
      const texts = marks.map((m) => data.ratio ? (m * 100).toFixed(Math.min(places, 2)) + "%"
        : m.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places }));
      const left = Math.max(...texts.map((t) => t.length)) * 7.2 + 12, right = wide - 14, top = 12, bottom = high - 26;
      const from = shown[0].time, to = shown.at(-1).time;
      const x = (time) => (to === from ? (left + right) / 2 : left + ((time - from) / (to - from)) * (right - left));
      const y = (v) => bottom - ((v - marks[0]) / (marks.at(-1) - marks[0])) * (bottom - top);
      marks.forEach((mark, n) => {
        make("line", { class: Math.abs(mark) < step / 1e6 ? "axis" : "grid", x1: left, x2: right, y1: y(mark), y2: y(mark) }, picture);
        make("text", { x: left - 8, y: y(mark), dy: 4, "text-anchor": "end" }, picture, texts[n]);
      });
      let free = 0;
      for (const [time, text] of dayTicks(from, to, Math.max(Math.floor((right - left) / 62), 3))) {
        const half = text.length * 3.7, at = Math.max(Math.min(x(time), wide - half), half);
        if (at - half < free) continue;
        free = at + half + 10;
        make("line", { class: "axis", x1: x(time), x2: x(time), y1: bottom, y2: bottom + 5 }, picture);
        make("text", { x: at, y: bottom + 19, "text-anchor": "middle" }, picture, text);
      }
      const base = y(Math.min(Math.max(0, marks[0]), marks.at(-1)));
      const path = (run) => "M" + run.map(([time, v]) => `${x(time).toFixed(1)} ${y(Number(v)).toFixed(1)}`).join("L");
      for (const run of runsOf(shown.map((p) => [p.time, p.value]))) {
        if (run.length === 1) { make("circle", { class: "line", cx: x(run[0][0]), cy: y(Number(run[0][1])), r: 2 }, picture); continue; }
        make("path", { class: "area", d: `${path(run)}L${x(run.at(-1)[0])} ${base}L${x(run[0][0])} ${base}Z` }, picture);
        make("path", { class: "line", d: path(run) }, picture);
      }
      for (const run of runsOf(shown.map((p) => [p.time, p.put]))) {
        if (run.length > 1) make("path", { class: "flows", d: path(run) }, picture);
      }
      scale = { x, y, top, bottom, wide };
      mark();
    };

    const mark = () => {
      picture.querySelectorAll(".cross, .dot").forEach((one) => one.remove());
      const point = chosen === null ? shown.at(-1) : shown[chosen];
      say(point);
      if (chosen === null) return;
      const at = scale.x(point.time);
      make("line", { class: "cross", x1: at, x2: at, y1: scale.top, y2: scale.bottom }, picture);
      if (point.value !== null) make("circle", { class: "line dot", cx: at, cy: scale.y(Number(point.value)), r: 4 }, picture);
      if (point.put !== null) make("circle", { class: "flows dot", cx: at, cy: scale.y(Number(point.put)), r: 3 }, picture);
    };
    const near = (event) => {
      const box = picture.getBoundingClientRect();
      const at = ((event.clientX - box.left) / box.width) * scale.wide;
      let best = 0;
      shown.forEach((p, n) => { if (Math.abs(scale.x(p.time) - at) < Math.abs(scale.x(shown[best].time) - at)) best = n; });
      chosen = best;
      mark();
    };
    for (const kind of ["pointermove", "pointerdown"]) picture.addEventListener(kind, near);
    picture.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") { chosen = null; mark(); } });
    picture.addEventListener("keydown", (event) => {
      const now = chosen ?? shown.length - 1;
      const goal = { ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 30, PageDown: now + 30, Home: 0, End: shown.length - 1 }[event.key];
      if (goal === undefined) { if (event.key === "Escape") { chosen = null; mark(); } return; }
      event.preventDefault();
      readout.setAttribute("aria-live", "polite");
      chosen = Math.min(Math.max(goal, 0), shown.length - 1);
      mark();
    });

    const buttons = [["1y", 1], ["3y", 3], ["5y", 5], ["All", 0]].map(([name, years]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      const then = new Date(last);
      const since = years ? Date.UTC(then.getUTCFullYear() - years, then.getUTCMonth(), then.getUTCDate()) : all[0].time;
      const points = all.filter((p) => p.time >= since);
      button.disabled = years > 0 && (since <= all[0].time || !points.some((p) => p.value !== null));
      button.setAttribute("aria-pressed", String(!years));
      if (years) button.setAttribute("aria-label", years === 1 ? "1 year" : years + " years");
      button.addEventListener("click", () => {
        shown = points;
        chosen = null;
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
        draw();
      });
      return button;
    });
    bar.append(...buttons, readout);
    figure.querySelector("figcaption").after(bar, picture);
    figure.classList.add("drawn");
    draw();
    let before = figure.clientWidth;
    new ResizeObserver(() => {
      if (figure.clientWidth !== before) { before = figure.clientWidth; draw(); }
    }).observe(figure);
  };

  for (const script of document.querySelectorAll('figure.line script[type="application/json"]')) {
    live(script.parentNode, JSON.parse(script.textContent));
  }
})();
