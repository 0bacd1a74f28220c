const treemap = {
  box: byId("treemap-chart"),
  /** Below these shares of what is shown a rectangle is too small to be seen, and to have a label. */
  LEAST_SHARE: 0.0005,
  LABEL_SHARE: 0.0025,
  MARGIN: 2,
  byKind: false,
  /** Views from the outermost to the one that is shown. */
  path: [],
  selected: -1,
  shown: [],
  found: [],

  /** Packages and modules as a tree; each node has its bytes of each kind, with all below it. */
  makeTree() {
    const node = (name, full, parent) =>
        ({ name, full, parent, module: -1, sums: KINDS.map(() => 0), total: 0, below: new Map(), isFound: false });
    const root = node(data.image.name, "", null);
    const add = (way, kind, amount) => way.forEach(each => {
      each.sums[kind] += amount;
      each.total += amount;
    });
    const { names, bytes: columns } = data.modules;
    this.ofModule = [];
    names.forEach((name, module) => {
      const parts = name.split(".", MOST_LEVELS);
      const way = [root];
      let at = root;
      let end = -1;
      parts.forEach((part, level) => {
        end = level === MOST_LEVELS - 1 ? name.length : name.indexOf(".", end + 1);
        let next = at.below.get(part);
        if (!next) {
          next = node(part === "" ? "(empty)" : part, name.slice(0, end < 0 ? name.length : end), at);
          at.below.set(part, next);
        }
        at = next;
        way.push(at);
      });
      at.module = module;
      // Long names are cut, so that two modules may have one.
      at.own ??= KINDS.map(() => 0);
      this.ofModule.push(at);
      columns.forEach((column, kind) => {
        if (column[module] > 0) {
          at.own[kind] += column[module];
          add(way, kind, column[module]);
        }
      });
    });
    const shared = node("(shared)", "(shared)", root);
    root.below.set(Symbol("shared"), shared);
    data.shared.forEach((amount, kind) => add([root, shared], kind, amount));
    const tables = node("(tables)", "(tables)", root);
    root.below.set(Symbol("tables"), tables);
    for (const table of data.tables) {
      const each = node(table.name, table.name, tables);
      tables.below.set(table.name, each);
      add([root, tables, each], TABLES_KIND, table.length);
    }
    const padding = node("heads, padding, unused", "heads, padding, unused", tables);
    tables.below.set(padding.name, padding);
    add([root, tables, padding], TABLES_KIND, Math.max(0, data.image.bytes - root.total));
    return root;
  },

  /** A view is a node, or one kind of it; of a package it may be its own code alone. */
  view(node, kind = -1, isOwn = false) {
    const total = isOwn ? (kind < 0 ? node.own.reduce((a, b) => a + b, 0) : node.own[kind])
        : kind < 0 ? node.total : node.sums[kind];
    return { node, kind, isOwn, total };
  },

  /** A view of what is too small to be seen beside the rest. */
  viewOfRest(view, rest) {
    return { ...view, rest, total: rest.reduce((sum, part) => sum + part.total, 0) };
  },

  viewName(view) {
    return view.rest ? count(view.rest.length, "smaller one") : view.isOwn ? "__init__" : view.kind >= 0 && (!this.byKind || view.node === this.root)
        ? KINDS[view.kind] : view.node.name;
  },

  fullName(view) {
    if (view.rest) {
      return this.viewName(view) + (view.node === this.root ? "" : " of " + view.node.full);
    }
    const name = view.node === this.root ? "" : view.node.full + (view.isOwn ? " (itself)" : "");
    return view.kind < 0 ? name || view.node.name : name ? name + ", " + KINDS[view.kind] : KINDS[view.kind];
  },

  parts(view) {
    if (view.rest) {
      return view.rest;
    }
    const { node, kind, isOwn } = view;
    const kinds = sums => kind >= 0 ? []
        : KINDS.map((name, each) => this.view(node, each, isOwn)).filter(part => part.total > 0);
    let parts;
    if (isOwn || node.below.size === 0 || this.byKind && node === this.root && kind < 0) {
      parts = kinds();
    } else {
      parts = Array.from(node.below.values(), each => this.view(each, kind));
      if (node.module >= 0) {
        parts.push(this.view(node, kind, true));
      }
      parts = parts.filter(part => part.total > 0);
    }
    return parts.sort((a, b) => b.total - a.total);
  },

  colourOf(view) {
    return this.byKind || this.viewName(view) === KINDS[view.kind] ? PALETTE[view.kind % PALETTE.length]
        : view.rest || view.node.full.startsWith("(") ? OTHER_COLOUR
        // Inside one package by what lies in it.
        : packageColour(this.path.length > 1 ? view.node.name : view.node.full);
  },

  /** Marks what the search has found, and all packages around it. */
  markFound() {
    this.found.forEach(node => node.isFound = false);
    this.found = [];
    (matches || []).forEach((isMatch, module) => {
      for (let node = isMatch ? this.ofModule[module] : null; node && !node.isFound; node = node.parent) {
        node.isFound = true;
        this.found.push(node);
      }
    });
  },

  isMatch(view) {
    return !matches || (view.rest ? view.rest.some(part => this.isMatch(part))
        : view.isOwn ? matches[view.node.module] : view.node.isFound);
  },

  item(view, base, depth) {
    const share = view.total / this.total;
    const isMatch = this.isMatch(view);
    const fill = isMatch ? base : faint(base);
    const parts = depth > 0 && share > 0.002 ? this.parts(view) : [];
    const item = {
      name: this.viewName(view),
      value: view.total,
      // By its number: the library copies all that an item leads to.
      at: this.views.push(view) - 1,
      label: { show: share >= this.LABEL_SHARE },
      itemStyle: { color: fill, borderColor: depth > 0 ? fill : undefined },
    };
    if (!isMatch) {
      item.label.color = colour("soft");
      item.upperLabel = { color: item.label.color };
    }
    if (parts.length > 1 && !view.rest) {
      item.children = this.visible(view, parts, 0).map(part => this.item(part, part.rest ? OTHER_COLOUR : base, 0));
    }
    return item;
  },

  /** Parts that are large enough to be seen, and one for all that are not. */
  visible(view, parts, least) {
    const large = parts.filter((part, index) => index < least || part.total / this.total >= this.LEAST_SHARE);
    const rest = parts.slice(large.length);
    return rest.length > 1 ? [...large, this.viewOfRest(view, rest)] : parts;
  },

  draw() {
    const view = this.path[this.path.length - 1];
    this.total = view.total;
    this.views = [];
    this.shown = this.visible(view, this.parts(view), 60);
    const items = this.shown.map(part => this.item(part, this.colourOf(part), 1));
    const back = colour("card");
    this.chart ??= makeChart(this.box, item => this.lines(this.viewOf(item)), item => this.open(this.viewOf(item)));
    if (!this.frame) {
      this.frame = element("div", { class: "frame" });
      this.box.append(this.frame);
    }
    this.chart.resize();
    this.chart.setOption({
      animation: false,
      backgroundColor: back,
      series: [{
        type: "treemap",
        animation: false,
        left: this.MARGIN, top: this.MARGIN, right: this.MARGIN, bottom: this.MARGIN,
        roam: false, sort: false, nodeClick: false, breadcrumb: { show: false },
        data: items,
        label: {
          color: "#ffffff", fontSize: 12, lineHeight: 16, overflow: "truncate",
          formatter: item => item.name + "\n" + bytes(item.value),
        },
        upperLabel: {
          show: true, height: 20, color: "#ffffff", fontSize: 12, overflow: "truncate",
          formatter: item => item.name + "  " + bytes(item.value),
        },
        itemStyle: { borderWidth: 0, gapWidth: 1, borderColor: back },
        levels: [
          { upperLabel: { show: false }, itemStyle: { gapWidth: 2, borderWidth: 0, borderColor: back } },
          { itemStyle: { gapWidth: 1, borderWidth: 1 }, emphasis: { disabled: true } },
          { colorAlpha: [0.8, 0.8], itemStyle: { gapWidth: 0, borderWidth: 1, borderColor: back } },
        ],
      }],
    }, true);
    this.drawCrumbs();
    this.drawFrame();
  },

  /** A frame around what is selected: over the chart, which need not be drawn anew for it. */
  drawFrame() {
    const root = this.chart.getModel().getSeriesByIndex(0).getData().tree.root;
    const rect = this.selected < 0 || !root.children[this.selected] ? null : root.children[this.selected].getLayout();
    this.frame.hidden = !rect;
    if (rect) {
      for (const [name, value] of [["left", rect.x + this.MARGIN], ["top", rect.y + this.MARGIN], ["width", rect.width], ["height", rect.height]]) {
        this.frame.style[name] = value + "px";
      }
    }
  },

  drawCrumbs() {
    const crumbs = this.path.map((view, index) => {
      const name = this.viewName(view);
      return index === this.path.length - 1
          ? element("span", { class: "at", "aria-current": "true" }, name + " – " + bytes(view.total))
          : element("button", { type: "button", onclick: () => this.back(index) }, name);
    });
    byId("crumbs").replaceChildren(...crumbs.flatMap((crumb, index) => index === 0 ? [crumb] : [" › ", crumb]));
  },

  viewOf(item) {
    return item.data && this.views[item.data.at];
  },

  lines(view) {
    return view && [this.fullName(view), bytes(view.total), percent(view.total, this.total) + " of what is shown"];
  },

  say(text) {
    byId("treemap-said").textContent = text;
  },

  open(view) {
    if (!view || this.parts(view).length === 0) {
      return;
    }
    this.path.push(view);
    this.selected = -1;
    this.draw();
    this.say(this.fullName(view) + ": " + bytes(view.total) + ", " + count(this.parts(view).length, "part"));
  },

  back(index) {
    const left = this.path[index + 1];
    this.path.length = index + 1;
    this.selected = -1;
    this.draw();
    this.selected = left ? this.shown.findIndex(part => part.node === left.node && part.kind === left.kind && part.isOwn === left.isOwn && !part.rest === !left.rest) : -1;
    this.drawFrame();
    this.say(this.fullName(this.path[index]) + ": " + bytes(this.path[index].total));
  },

  /** Opens a module, from wherever the chart stands. */
  openModule(module) {
    this.setFirst(false);
    const name = this.ofModule[module].full;
    let node = this.root;
    this.path = [this.view(node)];
    for (const part of name.split(".", MOST_LEVELS)) {
      node = node.below.get(part);
      this.path.push(this.view(node));
    }
    if (node.below.size > 0) {
      this.path.push(this.view(node, -1, true));
    }
    this.selected = -1;
    this.draw();
    byId("treemap").scrollIntoView();
    this.box.focus({ preventScroll: true });
    this.say(name + ": " + bytes(this.path[this.path.length - 1].total));
  },

  setFirst(byKind) {
    this.byKind = byKind;
    document.querySelector(`input[name=first][value=${byKind ? "kind" : "package"}]`).checked = true;
    this.path = [this.view(this.root)];
    this.selected = -1;
  },

  select(index) {
    this.selected = Math.max(0, Math.min(this.shown.length - 1, index));
    this.drawFrame();
    const part = this.shown[this.selected];
    if (part) {
      this.say(`${this.fullName(part)}: ${bytes(part.total)}, ${percent(part.total, this.total)}, ${
        this.selected + 1} of ${this.shown.length}`);
    }
  },

  key(event) {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    if (event.key in steps) {
      this.select(this.selected < 0 ? 0 : this.selected + steps[event.key]);
    } else if (event.key === "Enter" || event.key === " ") {
      this.open(this.shown[this.selected]);
    } else if (event.key === "Escape" || event.key === "Backspace") {
      if (this.path.length > 1) {
        this.back(this.path.length - 2);
      }
    } else {
      return;
    }
    event.preventDefault();
  },

  start() {
    this.root = this.makeTree();
    this.path = [this.view(this.root)];
    this.box.addEventListener("keydown", event => this.key(event));
    document.querySelectorAll("input[name=first]").forEach(input => input.addEventListener("change", () => {
      this.setFirst(input.value === "kind");
      this.draw();
    }));
    drawn.push(this);
    this.draw();
  },
};
