// Drawn by hand: 20,000 cells are 20,000 elements for the chart library, half a second for each change of colour.
const pages = {
  box: byId("pages-chart"),
  canvas: document.querySelector("#pages-chart canvas"),
  selected: -1,
  byTouch: false,

  SECTION_COLOURS: {
    HEADER: "#c2410c", DIRECTORY: "#b45309", MODULES: "#a16207", SHARED: "#2f66b0", SEGMENTS: "#3f7f5f",
    TYPES: "#be185d", STRINGS: "#7c4fc4", RECORD_TYPES: "#0e7490", EXTERNALS: "#9a3b4f", RELOCATIONS: "#57606a",
  },

  sectionColour(section) {
    return this.SECTION_COLOURS[section.name] || OTHER_COLOUR;
  },

  /** Yellow for what was touched first, over red, to violet for what was touched last. */
  touchColour(rank) {
    const at = this.lastRank > 1 ? (rank - 1) / (this.lastRank - 1) : 0;
    const stops = [[252, 196, 25], [232, 89, 12], [214, 51, 108], [112, 72, 232]];
    const step = Math.min(stops.length - 2, Math.floor(at * (stops.length - 1)));
    const part = at * (stops.length - 1) - step;
    return "rgb(" + stops[step].map((from, i) => Math.round(from + (stops[step + 1][i] - from) * part)).join(",") + ")";
  },

  /** The section that has most of a cell. */
  sectionOf(cell) {
    const start = cell * data.pages.cellBytes;
    const end = start + data.pages.cellBytes;
    let best = null;
    let most = 0;
    for (const section of data.sections) {
      const part = Math.min(end, section.start + section.length) - Math.max(start, section.start);
      if (part > most) {
        most = part;
        best = section;
      }
    }
    return best;
  },

  start() {
    const cells = data.pages.owners.length;
    this.sections = Array.from({ length: cells }, (_, cell) => this.sectionOf(cell));
    this.hasTouch = data.pages.touched.length > 0;
    this.lastRank = data.pages.touched.reduce((a, b) => Math.max(a, b), 0);
    this.byTouch = this.hasTouch;
    byId("pages-colour").hidden = !this.hasTouch;
    document.querySelector(`input[name=pages][value=${this.byTouch ? "touch" : "section"}]`).checked = true;
    const each = `Each cell is ${bytes(data.pages.cellBytes)}, from the start of the file, row by row.`;
    byId("pages-text").textContent = this.hasTouch
        ? `${each} ${count(this.lastRank, "cell was", "cells were")} touched, ${percent(this.lastRank, cells)} of ${WHOLE.format(cells)}.`
        : each + " With a trace, cells also show when they were first touched.";
    document.querySelectorAll("input[name=pages]").forEach(input => input.addEventListener("change", () => {
      this.byTouch = input.value === "touch";
      this.draw();
    }));
    this.box.addEventListener("keydown", event => this.key(event));
    this.canvas.addEventListener("mousemove", event => {
      const cell = this.cellAt(event);
      if (cell < 0) {
        tip.hide();
      } else {
        tip.show(event, this.lines(cell));
      }
    });
    this.canvas.addEventListener("mouseleave", () => tip.hide());
    this.canvas.addEventListener("click", event => this.select(this.cellAt(event)));
    drawWhenNear(this.box, this);
  },

  draw() {
    const cells = this.sections.length;
    const width = this.box.clientWidth - 16;
    this.size = Math.max(5, Math.min(18, Math.floor(Math.sqrt(width * 520 / cells))));
    this.columns = Math.max(1, Math.floor(width / this.size));
    const rows = Math.ceil(cells / this.columns);
    const ratio = devicePixelRatio || 1;
    this.box.style.height = rows * this.size + 16 + "px";
    Object.assign(this.canvas.style, { width: width + "px", height: rows * this.size + "px", position: "absolute", left: "8px", top: "8px" });
    this.canvas.width = width * ratio;
    this.canvas.height = rows * this.size * ratio;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const idle = colour("idle");
    const gap = this.size > 6 ? 1 : 0.5;
    for (let cell = 0; cell < cells; cell++) {
      const rank = this.hasTouch ? data.pages.touched[cell] : 0;
      const section = this.sections[cell];
      const isTouched = this.byTouch && rank > 0;
      pen.fillStyle = isTouched ? this.touchColour(rank) : section ? this.sectionColour(section) : idle;
      const owner = data.pages.owners[cell];
      const pale = this.byTouch && !isTouched ? 0.22 : 1;
      pen.globalAlpha = !matches ? pale : owner >= 0 && matches[owner] ? 1 : 0.25 * pale;
      pen.fillRect(cell % this.columns * this.size, Math.floor(cell / this.columns) * this.size, this.size - gap, this.size - gap);
    }
    pen.globalAlpha = 1;
    if (this.selected >= 0) {
      pen.lineWidth = 2;
      pen.strokeStyle = colour("text");
      pen.strokeRect(this.selected % this.columns * this.size - 1, Math.floor(this.selected / this.columns) * this.size - 1, this.size + 1, this.size + 1);
    }
    this.drawLegend();
  },

  drawLegend() {
    const patch = (fill, isWide) => {
      const box = element("canvas", { width: isWide ? 120 : 12, height: 12, class: isWide ? "wide" : "", "aria-hidden": "true" });
      const pen = box.getContext("2d");
      for (let x = 0; x < box.width; x++) {
        pen.fillStyle = fill(x / (box.width - 1));
        pen.fillRect(x, 0, 1, 12);
      }
      return box;
    };
    const items = data.sections.filter(section => section.length > 0)
        .map(section => [section.name + " " + bytes(section.length), () => this.sectionColour(section), false]);
    if (this.byTouch) {
      items.unshift(["first touched … last touched; paler: never", at => this.touchColour(1 + at * (this.lastRank - 1)), true]);
    }
    byId("pages-legend").replaceChildren(...items.map(([name, fill, isWide]) => element("li", {}, patch(fill, isWide), name)));
  },

  cellAt(event) {
    const column = Math.floor(event.offsetX / this.size);
    const cell = Math.floor(event.offsetY / this.size) * this.columns + column;
    return column < 0 || column >= this.columns || cell < 0 || cell >= this.sections.length ? -1 : cell;
  },

  lines(cell) {
    const { cellBytes, owners, others, touched, touchedBytes } = data.pages;
    const start = cell * cellBytes;
    const lines = [`${hex(start)} to ${hex(Math.min(data.image.bytes, start + cellBytes) - 1)}`];
    if (this.sections[cell]) {
      lines.push(this.sections[cell].name);
    }
    if (owners[cell] > -2) {
      lines.push(ownerName(owners[cell]) + (others[cell] > 0 ? " and " + count(others[cell], "more module") : ""));
    }
    if (this.hasTouch) {
      lines.push(touched[cell] > 0
          ? `touched as number ${WHOLE.format(touched[cell])} of ${WHOLE.format(this.lastRank)}, ${bytes(touchedBytes[cell])} of objects`
          : "never touched");
    }
    return lines;
  },

  select(cell) {
    if (cell >= 0) {
      this.selected = Math.min(this.sections.length - 1, cell);
      this.draw();
      byId("pages-said").textContent = this.lines(this.selected).join(" · ");
    }
  },

  key(event) {
    const cells = this.sections.length;
    const steps = {
      ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns,
      PageDown: 10 * this.columns, PageUp: -10 * this.columns, Home: -cells, End: cells,
    };
    if (event.key in steps) {
      event.preventDefault();
      this.select(this.selected < 0 ? 0 : Math.max(0, this.selected + steps[event.key]));
    }
  },
};
