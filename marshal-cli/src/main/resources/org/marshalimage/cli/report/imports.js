const imports = {
  box: byId("imports-chart"),
  ROW: 22,
  LEAST_ROWS: 8,
  MOST_ROWS: 36,
  focus: -1,
  selected: -1,

  start() {
    if (!data.imports) {
      byId("imports-text").textContent =
          "Nothing is known of it. A trace has times if the interpreter recorded them; or give --cost a log of CPython's -X importtime.";
      ["imports-chart", "imports-keys", "imports-said"].forEach(id => byId(id).hidden = true);
      return;
    }
    const { names, parents, micros, left, runs } = data.imports;
    this.total = names.map(() => 0);
    this.below = names.map(() => []);
    this.roots = [];
    const inside = names.map(() => 0);
    parents.forEach((parent, node) => {
      (parent < 0 ? this.roots : this.below[parent]).push(node);
      if (parent >= 0) {
        inside[parent] += micros[node];
      }
    });
    // Clocks of a log may disagree: what was imported never sticks out.
    this.total = micros.map((own, node) => Math.max(own, inside[node]));
    this.self = this.total.map((total, node) => total - inside[node]);
    this.all = this.roots.reduce((sum, node) => sum + this.total[node], 0);
    this.matched = null;
    byId("imports-text").textContent = `${count(names.length, "import")}, ${millis(this.all / runs)} in all`
        + (runs > 1 ? `; means of ${count(runs, "run")}` : "") + "."
        + ` Below each module is what it imported; as wide as it took.`
        + (left > 0 ? ` ${count(left, "shorter import")} left out.` : "");
    this.box.addEventListener("keydown", event => this.key(event));
    drawWhenNear(this.box, this);
  },

  childrenOf(node) {
    return node < 0 ? this.roots : this.below[node];
  },

  totalOf(node) {
    return node < 0 ? this.all : this.total[node];
  },

  /** Rectangles of what is below the focus, row by row, and above it of what imported it. */
  layout(width) {
    const rects = [];
    const above = [];
    for (let node = this.focus; node >= 0; node = data.imports.parents[node]) {
      above.unshift(node);
    }
    const whole = Math.max(1, this.totalOf(this.focus));
    rects.push([0, whole, 0, -1]);
    above.forEach((node, row) => rects.push([0, whole, row + 1, node]));
    const first = above.length + 1;
    let cut = 0;
    const pending = [[this.focus, 0, first]];
    while (pending.length > 0) {
      const [node, start, row] = pending.pop();
      let at = start;
      for (const each of this.childrenOf(node)) {
        const end = at + this.total[each];
        if ((end - at) / whole * width >= 1.2) {
          if (row < this.MOST_ROWS) {
            rects.push([at, end, row, each]);
            pending.push([each, at, row + 1]);
          } else {
            cut++;
          }
        }
        at = end;
      }
    }
    this.rows = rects.reduce((rows, rect) => Math.max(rows, rect[2] + 1), 0);
    return rects;
  },

  nameOf(node) {
    return node < 0 ? "all imports" : data.imports.names[node];
  },

  lines(node) {
    const { runs, counts } = data.imports;
    const total = this.totalOf(node);
    const lines = [this.nameOf(node), millis(total / runs) + " with what it imported"];
    if (node >= 0) {
      lines.push(millis(this.self[node] / runs) + " itself");
      if (counts[node] > runs) {
        lines.push("executed " + count(counts[node], "time"));
      }
    }
    lines.push(percent(total, this.all));
    return lines;
  },

  isMatch(node) {
    if (!matches || node < 0) {
      return true;
    }
    return this.nameOf(node).toLowerCase().includes(search.text);
  },

  draw() {
    const width = this.box.clientWidth;
    const rects = this.layout(width);
    this.box.style.height = Math.max(this.rows, this.LEAST_ROWS) * this.ROW + 34 + "px";
    this.chart ??= makeChart(this.box, item => item.data ? this.lines(item.data[3]) : null,
        item => item.data && this.zoom(item.data[3]));
    this.chart.resize();
    const { runs } = data.imports;
    const mark = colour("mark");
    const back = colour("card");
    const text = colour("soft");
    const whole = Math.max(1, this.totalOf(this.focus));
    this.chart.setOption({
      animation: false,
      backgroundColor: back,
      grid: { left: 6, right: 6, top: 4, bottom: 26 },
      xAxis: {
        type: "value", min: 0, max: whole, splitLine: { show: false },
        axisLabel: { color: text, formatter: value => millis(value / runs), hideOverlap: true, showMaxLabel: false },
        axisLine: { show: true, lineStyle: { color: text } },
      },
      yAxis: { type: "value", min: 0, max: Math.max(this.rows, this.LEAST_ROWS), inverse: true, show: false },
      series: [{
        type: "custom",
        encode: { x: [0, 1], y: 2 },
        data: rects,
        clip: true,
        renderItem: (params, api) => {
          const node = api.value(3);
          const row = api.value(2);
          const from = api.coord([api.value(0), row]);
          const to = api.coord([api.value(1), row + 1]);
          const rectWidth = to[0] - from[0];
          const isSelected = node === this.selected && node >= 0;
          return {
            type: "rect",
            shape: { x: from[0], y: from[1], width: Math.max(0.5, rectWidth - 1), height: to[1] - from[1] - 1, r: 2 },
            style: {
              fill: node < 0 ? OTHER_COLOUR : packageColour(this.nameOf(node)),
              opacity: this.isMatch(node) ? 1 : 0.3,
              stroke: isSelected ? mark : undefined,
              lineWidth: isSelected ? 3 : 0,
            },
            textContent: rectWidth < 34 ? undefined : {
              style: {
                text: this.nameOf(node) + (rectWidth > 130 ? "  " + millis(this.totalOf(node) / runs) : ""),
                fill: "#ffffff", fontSize: 12, width: rectWidth - 10, overflow: "truncate",
              },
            },
            textConfig: { position: "insideLeft", distance: 5 },
          };
        },
      }],
    }, true);
  },

  say(node) {
    byId("imports-said").textContent = this.lines(node).join(" · ");
  },

  zoom(node) {
    // On what is zoomed to already: back by one.
    this.focus = node === this.focus && node >= 0 ? data.imports.parents[node] : node;
    this.selected = node;
    this.draw();
    this.say(this.focus);
  },

  select(node) {
    this.selected = node;
    // What is chosen is to be seen.
    const whole = Math.max(1, this.totalOf(this.focus));
    if (node >= 0 && this.total[node] / whole * this.box.clientWidth < 1.2) {
      this.focus = data.imports.parents[node];
    }
    this.draw();
    this.say(node);
  },

  key(event) {
    const at = this.selected;
    const parent = at < 0 ? -1 : data.imports.parents[at];
    const beside = this.childrenOf(parent);
    const widest = node => this.childrenOf(node).reduce((best, each) => best < 0 || this.total[each] > this.total[best] ? each : best, -1);
    switch (event.key) {
      case "ArrowDown": {
        const next = widest(at < 0 ? this.focus : at);
        this.select(next >= 0 ? next : at);
        break;
      }
      case "ArrowUp":
        this.select(parent);
        break;
      case "ArrowRight":
      case "ArrowLeft": {
        const step = event.key === "ArrowRight" ? 1 : -1;
        this.select(at < 0 ? widest(this.focus) : beside[Math.max(0, Math.min(beside.length - 1, beside.indexOf(at) + step))]);
        break;
      }
      case "Enter":
      case " ":
        this.zoom(at);
        break;
      case "Escape":
      case "Backspace":
        this.zoom(this.focus < 0 ? -1 : data.imports.parents[this.focus]);
        break;
      default:
        return;
    }
    event.preventDefault();
  },
};
