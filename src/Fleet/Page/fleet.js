// The page of a fleet: a list of streams that the server searches, sorts and pages, and one stream live.
const rowHeight = 36, margin = 20, mostPoints = 1500;
const el = id => document.getElementById(id);
const number = (value, digits = 0) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const columns = [
  { title: 'Stream', order: 'Name', text: row => row.stream },
  { title: 'Last event', order: 'Event', text: row => row.hasStopped ? 'stopped' : row.lastEvent ?? '–', bad: row => row.hasStopped },
  { title: 'Steps/s', order: 'Rate', text: row => number(row.rate, 1), numeric: true },
  { title: 'Faults', order: 'Faults', text: row => number(row.counters.faults), numeric: true, bad: row => row.counters.faults > 0 },
  { title: 'Latency', text: row => `${number(row.milliseconds, 1)} ms`, numeric: true, wide: true },
  { title: 'Last sample', order: 'Age', text: row => age(row.lastTime), numeric: true, wide: true },
];
const state = { deployment: null, view: 'streams', text: '', order: 'Name', count: 0, first: 0, rows: [], active: 0, asked: 0, loading: null, live: null };

function age(time) {
  if (!time) return '–';
  const seconds = Math.max(0, Date.now() - time / 1000) / 1000;
  return seconds < 60 ? `${number(seconds, 1)} s` : seconds < 3600 ? `${number(seconds / 60)} min` : `${number(seconds / 3600)} h`;
}

async function get(path) {
  const response = await fetch(`/v1/${path}`);
  if (response.status === 401) { await login(); return get(path); }
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).message ?? response.statusText);
  return response.json();
}

function login() {
  return new Promise(done => {
    const dialog = el('login');
    if (!dialog.open) dialog.showModal();
    dialog.querySelector('form').onsubmit = async event => {
      event.preventDefault();
      const response = await fetch('/session', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ key: el('key').value }),
      });
      el('refused').textContent = response.ok ? '' : 'This key is nobody’s.';
      if (response.ok) { dialog.close(); done(); }
    };
  });
}

function make(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value);
  return node;
}

// The list: only the rows in sight, and some around them, are asked for and drawn.
function drawHeads() {
  el('heads').replaceChildren(...columns.map(column => {
    const cell = make('div', '', {
      role: 'columnheader', class: [column.numeric && 'number', column.wide && 'wide'].filter(Boolean).join(' '),
      'aria-sort': column.order === state.order ? (['Name', 'Event', 'Age'].includes(column.order) ? 'ascending' : 'descending') : undefined,
    });
    if (!column.order) { cell.textContent = column.title; return cell; }
    const button = make('button', column.title + (column.order === state.order ? ' ▾' : ''), { 'aria-label': `Sort by ${column.title}` });
    button.onclick = () => { state.order = column.order; state.active = 0; el('viewport').scrollTop = 0; drawHeads(); loadStreams(); };
    cell.append(button);
    return cell;
  }));
}

// One question at a time, and again if there was a new one meanwhile: a server slower than the questions still gets its answers drawn.
function loadStreams() {
  state.asked++;
  return state.loading ??= askStreams().finally(() => { state.loading = null; });
}

async function askStreams() {
  for (let asked = -1; state.deployment && asked !== state.asked;) {
    asked = state.asked;
    const view = el('viewport');
    const offset = Math.max(0, Math.floor(view.scrollTop / rowHeight) - margin);
    const limit = Math.min(200, Math.ceil(view.clientHeight / rowHeight) + 2 * margin);
    const query = new URLSearchParams({ text: state.text, order: state.order, offset, limit });
    const page = await get(`streams/${state.deployment}?${query}`);
    Object.assign(state, { rows: page.rows, first: offset, count: page.count });
    drawRows();
  }
}

function drawRows() {
  el('count').textContent = `${number(state.count)} streams`;
  el('grid').setAttribute('aria-rowcount', state.count + 1);
  el('spacer').style.height = `${state.count * rowHeight}px`;
  el('rows').style.transform = `translateY(${state.first * rowHeight}px)`;
  const bar = el('viewport').offsetWidth - el('viewport').clientWidth;
  el('heads').style.setProperty('--bar', `${bar}px`);
  el('rows').replaceChildren(...state.rows.map((row, i) => {
    const index = state.first + i;
    const line = make('div', '', {
      role: 'row', id: `row-${index}`, class: index === state.active ? 'row active' : 'row', 'aria-rowindex': index + 2,
      'aria-selected': index === state.active,
    });
    line.append(...columns.map(column => make('div', column.text(row), {
      role: 'gridcell', class: [column.numeric && 'number', column.wide && 'wide', column.bad?.(row) && 'bad'].filter(Boolean).join(' '),
    })));
    line.onclick = () => { state.active = index; drawRows(); open(row.stream); };
    return line;
  }));
  el('grid').setAttribute('aria-activedescendant', `row-${state.active}`);
}

function move(to) {
  state.active = Math.max(0, Math.min(state.count - 1, to));
  const view = el('viewport'), top = state.active * rowHeight;
  if (top < view.scrollTop) view.scrollTop = top;
  else if (top + rowHeight > view.scrollTop + view.clientHeight) view.scrollTop = top + rowHeight - view.clientHeight;
  drawRows();
}

function onGridKey(event) {
  const page = Math.floor(el('viewport').clientHeight / rowHeight);
  const to = { ArrowDown: state.active + 1, ArrowUp: state.active - 1, PageDown: state.active + page, PageUp: state.active - page,
    Home: 0, End: state.count - 1 }[event.key];
  if (event.target.closest('.head')) return;
  if (to !== undefined) { event.preventDefault(); move(to); }
  if (event.key === 'Enter') { const row = state.rows[state.active - state.first]; if (row) open(row.stream, true); }
}

// One stream live.
function open(stream, byKey = false) {
  close();
  el('detail').hidden = false;
  el('stream').textContent = stream;
  if (byKey) el('stream').focus();
  const protocol = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(
    `${protocol}://${location.host}/v1/streams/${state.deployment}/${encodeURIComponent(stream)}/live`);
  const live = state.live = { socket, signals: null, outputs: null, steps: 0 };
  el('state').textContent = 'waiting for samples';
  socket.onmessage = message => {
    const data = JSON.parse(message.data);
    if (data.hash) start(live, data); else show(live, data);
  };
  socket.onclose = () => { if (state.live === live) el('state').textContent = 'not connected'; };
}

function close() {
  state.live?.socket.close();
  state.live?.signals?.plot.destroy();
  state.live?.outputs?.plot.destroy();
  state.live = null;
  for (const id of ['signals', 'outputs', 'events']) el(id).replaceChildren();
  el('detail').hidden = true;
}

function start(live, program) {
  const names = ports => ports.flatMap(port => Array.from({ length: port.length }, (_, i) =>
    port.labels?.[i] ?? (port.length === 1 ? port.name : `${port.name}[${i}]`)));
  live.signals = chart('signals', names(program.inputs).slice(0, 12));
  live.outputs = chart('outputs', names(program.outputs.slice(0, 1)).slice(0, 12));
}

function chart(id, names) {
  const style = getComputedStyle(document.documentElement);
  const line = { stroke: style.getPropertyValue('--soft'), grid: { stroke: style.getPropertyValue('--line'), width: 1 } };
  const data = [[], ...names.map(() => [])];
  const plot = new uPlot({
    width: el(id).clientWidth, height: 190, axes: [line, { ...line, size: 46 }], scales: { x: { time: true } },
    series: [{}, ...names.map((label, i) => ({ label, stroke: `hsl(${(i * 360 / names.length + 210) % 360} 70% 50%)`, width: 1.4, points: { show: false } }))],
  }, data, el(id));
  return { plot, data };
}

function append(target, rows) {
  for (const row of rows) {
    target.data[0].push(row.time / 1e6);
    for (let i = 1; i < target.data.length; i++) target.data[i].push(row.values[i - 1] ?? null);
  }
  const extra = target.data[0].length - mostPoints;
  if (extra > 0) for (const column of target.data) column.splice(0, extra);
  target.plot.setData(target.data);
}

function show(live, data) {
  live.steps += data.samples.length;
  append(live.signals, data.samples);
  append(live.outputs, data.outputs.filter(row => row.output === 0));
  const last = data.samples.at(-1);
  if (last) el('state').textContent = `sample ${number(last.sequence)}, ${age(last.time)} ago; ${number(live.steps)} seen here`;
  for (const each of data.events) {
    const at = new Date(each.unix_us / 1000).toLocaleTimeString('en-GB');
    el('events').prepend(make('li', `${at}  ${each.event} ${each.phase}s, score ${number(each.score, 2)}`));
  }
  while (el('events').children.length > 50) el('events').lastChild.remove();
}

// Tables of the other views.
function table(caption, heads, rows) {
  const node = make('table', '');
  node.append(make('caption', caption));
  const head = node.createTHead().insertRow();
  for (const [title, numeric] of heads) head.append(make('th', title, { scope: 'col', class: numeric ? 'number' : '' }));
  const body = node.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((cell, i) => line.append(make('td', cell, { class: heads[i][1] ? 'number' : '' })));
  }
  const scroll = make('div', '', { class: 'scroll' });
  scroll.append(node);
  return scroll;
}

async function loadPrograms() {
  const [programs, deployments] = await Promise.all([get('programs'), get('deployments')]);
  el('programs').replaceChildren(
    table('Programs', [['Name'], ['Content hash'], ['Bytes', true], ['Bytes a stream', true], ['Uploaded'], ['Pinned']],
      programs.map(each => [each.name, each.hash.slice(0, 16), number(each.bytes), number(each.sessionBytes),
        new Date(each.uploaded).toLocaleString('en-GB'), each.isPinned ? 'yes' : ''])),
    table('Deployments', [['Name'], ['Program'], ['Tries'], ['Share', true], ['Shards', true], ['On fault'], ['Rule']],
      deployments.map(each => [each.name, each.program.slice(0, 16), each.candidate?.slice(0, 16) ?? '',
        each.candidate ? `${number(each.share * 100)} %` : '', number(each.shards), each.onFault, each.decide ?? 'the program’s'])));
}

async function loadShards() {
  const [shards, silos] = await Promise.all([get(`shards/${state.deployment}`), get('silos')]);
  el('shards').replaceChildren(
    table('Silos', [['Name'], ['Address'], ['Status'], ['Started'], ['Shards', true]], silos.map(each => [each.name, each.address, each.status,
      new Date(each.started).toLocaleString('en-GB'), number(shards.filter(shard => shard.silo === each.name).length)])),
    table('Shards', [['Shard'], ['Silo'], ['Streams', true], ['Steps/s', true], ['Faults', true], ['p50', true], ['p99', true],
      ['Behind snapshot', true], ['Snapshot bytes', true]],
    shards.map(each => [each.shard.split('/').slice(2).map(part => part.slice(0, 8)).join(' · '), each.silo, number(each.streams),
      number(each.rate), number(each.counters.faults), `${number(each.p50, 1)} ms`, `${number(each.p99, 1)} ms`,
      number(each.position - each.saved), number(each.snapshotBytes)])));
}

async function loadTotals() {
  const shards = await get(`shards/${state.deployment}`);
  const sum = read => shards.reduce((total, each) => total + read(each), 0);
  el('totals').textContent = `${number(sum(each => each.streams))} streams · ${number(sum(each => each.rate))} steps/s · `
    + `${number(sum(each => each.counters.faults))} faults · p99 ${number(Math.max(0, ...shards.map(each => each.p99)), 1)} ms`;
}

function choose(view) {
  state.view = view;
  for (const name of ['streams', 'programs', 'shards']) {
    el(name).hidden = name !== view;
    el(`tab-${name}`).setAttribute('aria-selected', name === view);
    el(`tab-${name}`).tabIndex = name === view ? 0 : -1;
  }
  return refresh();
}

async function refresh() {
  if (document.hidden) return;
  try {
    await ({ streams: loadStreams, programs: loadPrograms, shards: loadShards })[state.view]();
    if (state.deployment) await loadTotals();
  } catch (error) {
    el('totals').textContent = error.message;
  }
}

async function begin() {
  const deployments = await get('deployments');
  el('deployment').replaceChildren(...deployments.map(each => make('option', each.name)));
  state.deployment = deployments[0]?.name ?? null;
  drawHeads();
  await refresh();
  setInterval(refresh, 2000);
}

let searching, scrolling;
el('deployment').onchange = event => { state.deployment = event.target.value; close(); refresh(); };
el('search').oninput = event => {
  clearTimeout(searching);
  searching = setTimeout(() => { state.text = event.target.value; state.active = 0; el('viewport').scrollTop = 0; loadStreams(); }, 150);
};
el('viewport').onscroll = () => { clearTimeout(scrolling); scrolling = setTimeout(loadStreams, 40); };
el('grid').onkeydown = onGridKey;
el('close').onclick = close;
for (const name of ['streams', 'programs', 'shards']) el(`tab-${name}`).onclick = () => choose(name);
document.querySelector('nav').onkeydown = event => {
  const names = ['streams', 'programs', 'shards'], step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = names[(names.indexOf(state.view) + step + names.length) % names.length];
  choose(next);
  el(`tab-${next}`).focus();
};
addEventListener('keydown', event => {
  if (event.key === 'Escape' && !el('detail').hidden) { close(); el('grid').focus(); }
  if (event.key === '/' && document.activeElement !== el('search') && !el('login').open) { event.preventDefault(); choose('streams'); el('search').focus(); }
});
addEventListener('resize', () => {
  loadStreams();
  for (const id of ['signals', 'outputs']) state.live?.[id]?.plot.setSize({ width: el(id).clientWidth, height: 190 });
});
begin();
