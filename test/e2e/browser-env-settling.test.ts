/** How long the real environment waits for a page after an action: until everything has arrived, and no longer. */

import { describe, expect, it } from "vitest";
import { HOME, PageWalk } from "../support/page-walk.ts";

const on = new PageWalk();

// Real clocks: on a busy machine a test may exceed its time, but not three times.
describe("settling", { retry: 2 }, () => {
  it("waits for late fetches and rendering, and for the next page", async () => {
    on.site.pages["/data"] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return "fetched";
    };
    await on.open(
      `<button id="fetch">Fetch</button><button id="debounce">Debounce</button><button id="idle">Idle</button><button id="away">Away</button>
       <p id="out"></p><input aria-label="Live"><script>
         const load = async () => { const answer = await fetch("/data"); out.textContent = await answer.text(); };
         document.getElementById("fetch").onclick = load;
         debounce.onclick = () => setTimeout(() => { out.textContent = "waited"; }, 300);
         idle.onclick = () => {
           const until = performance.now() + 300;
           const work = () => { const end = performance.now() + 40; while (performance.now() < end); if (end > until) clearInterval(busy); };
           const busy = setInterval(work, 0);
           requestIdleCallback(() => { out.textContent = "had time"; });
         };
         away.onclick = () => setTimeout(() => { location.href = "/next"; }, 100);
         let timer;
         document.querySelector("input").oninput = () => { clearTimeout(timer); timer = setTimeout(load, 200); };
       </script>`,
    );
    await on.walk.click("button", "Fetch");
    expect(on.walk.has("StaticText", "fetched")).toBe(true);
    await on.walk.click("button", "Debounce");
    expect(on.walk.has("StaticText", "waited")).toBe(true);
    await on.walk.click("button", "Idle");
    expect(on.walk.has("StaticText", "had time")).toBe(true);
    await on.walk.type("Live", "abc");
    expect(on.walk.has("StaticText", "fetched")).toBe(true);
    expect(on.walk.last.requests.map(({ kind, url }) => [kind, url])).toEqual([
      ["fetch", `${HOME}data`],
    ]);
    await on.walk.click("button", "Away");
    expect(on.walk.observation.title).toBe("Next");
  });

  it("waits for an added script to run, but not for one that never runs", async () => {
    // Between one module of the chain and the next no request is under way.
    const LAST = 12;
    for (let i = 0; i <= LAST; i++)
      on.site.pages[`/part-${i}.js`] = (_, reply) => {
        reply.writeHead(200, { "content-type": "text/javascript" });
        reply.end(i < LAST ? `import "/part-${i + 1}.js";` : `out.textContent = "has run";`);
      };
    await on.open(
      `<button id="add">Add</button><button id="markup">Markup</button><p id="out"></p><div id="box"></div><script>
         add.onclick = () => document.head.append(Object.assign(document.createElement("script"), { type: "module", src: "/part-0.js" }));
         markup.onclick = () => { box.innerHTML = '<script src="/never-run.js"></' + 'script>'; };
       </script>`,
    );
    await on.walk.click("button", "Add");
    expect(on.walk.has("StaticText", "has run")).toBe(true);
    const before = on.walk.env.cappedSettles;
    await on.walk.click("button", "Markup");
    expect(on.walk.env.cappedSettles).toBe(before);
  });

  it("waits for chains of frames, idle callbacks and timers", async () => {
    await on.open(
      `<button id="go">Go</button><p id="out"></p><script>
         const next = { frame: requestAnimationFrame, idle: requestIdleCallback, timer: (then) => setTimeout(then, 20) };
         const chain = ([kind, ...rest]) => kind === undefined ? (out.textContent = "done") : next[kind](() => chain(rest));
         go.onclick = () => chain(["timer", "frame", "idle", "timer", "idle", "frame", "timer"]);
       </script>`,
    );
    await on.walk.click("button", "Go");
    expect(on.walk.has("StaticText", "done")).toBe(true);
  });

  it("waits for requests that a client sends at intervals, and not for one that asks forever", async () => {
    for (const name of ["one", "two", "three"]) on.site.pages[`/${name}`] = () => name;
    on.site.pages["/news"] = () => "none";
    await on.open(
      `<button id=log>Log in</button><button id=poll>Poll</button><p id=out></p><script>
         const queue = [];
         let timer = null;
         const tick = () => {
           const next = queue.shift();
           if (next !== undefined) return next();
           clearInterval(timer);
           timer = null;
         };
         const ask = (path) => new Promise((resolve) => {
           queue.push(() => fetch(path).then((answer) => answer.text()).then(resolve));
           if (timer !== null) return;
           tick();
           timer = setInterval(tick, 500);
         });
         log.onclick = async () => {
           await ask("/one");
           await ask("/two");
           out.textContent = "Welcome " + (await ask("/three"));
         };
         poll.onclick = () => setInterval(() => fetch("/news").then((answer) => answer.text()), 100);
       </script>`,
    );
    const before = on.walk.env.cappedSettles;
    await on.walk.click("button", "Log in");
    expect(on.walk.has("StaticText", "Welcome three")).toBe(true);
    await on.walk.click("button", "Poll");
    expect(on.walk.env.cappedSettles).toBe(before);
  });

  it("waits for messages, workers, sockets and its own frames, each until two are unanswered", async () => {
    const later = (answer: string | null) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return answer;
    };
    on.site.sockets["/live"] = later("told");
    on.site.sockets["/mute"] = later(null);
    on.site.pages["/worker.js"] = (_, reply) => {
      reply.writeHead(200, { "content-type": "text/javascript" });
      reply.end(`onmessage = () => setTimeout(() => postMessage("worked"), 100);`);
    };
    on.site.pages["/in"] =
      `<button onclick="setTimeout(() => { this.textContent = 'Late'; }, 200)">Inside</button>`;
    await on.open(
      `<button id="slices">Slices</button><button id="work">Work</button><button id="ask">Ask</button><button id="tell">Tell</button>
       <p id="out"></p><iframe title="In" src="/in"></iframe><script>
         const say = (text) => { out.textContent = text; };
         const { port1, port2 } = new MessageChannel();
         let left = 0;
         port1.onmessage = () => { if (--left > 0) port2.postMessage(null); else say("sliced"); };
         slices.onclick = () => { left = 12; port2.postMessage(null); };
         const worker = new Worker("/worker.js");
         worker.onmessage = ({ data }) => say(data);
         work.onclick = () => worker.postMessage(null);
         const open = (path) => new WebSocket("ws://" + location.host + path);
         const [live, mute] = [open("/live"), open("/mute")];
         live.onmessage = ({ data }) => say(data);
         ask.onclick = () => live.send("?");
         tell.onclick = () => { mute.send("!"); setTimeout(() => say("late"), 700); };
       </script>`,
    );
    for (const [button, text] of [
      ["Slices", "sliced"],
      ["Work", "worked"],
      ["Ask", "told"],
      ["Ask", "told"],
    ] as const) {
      await on.walk.click("button", button);
      expect(on.walk.has("StaticText", text), button).toBe(true);
    }
    await on.walk.click("button", "Inside");
    expect(on.walk.has("button", "Late")).toBe(true);
    for (let i = 0; i < 3; i++) await on.walk.click("button", "Tell");
    expect(on.walk.has("StaticText", "late")).toBe(false);
  });

  it("does not wait for what is late, unless the agent waits", async () => {
    await on.open(
      `<button onclick="setTimeout(() => { out.textContent = 'done'; }, 1500)">Start</button><p id=out></p>`,
    );
    await on.walk.click("button", "Start");
    expect(on.walk.has("StaticText", "done")).toBe(false);
    await on.walk.act({ kind: "wait", ms: 1_800 });
    expect(on.walk.has("StaticText", "done")).toBe(true);
  });

  it("shows the final state of short fades", async () => {
    await on.open(
      `<style>.fade { transition: opacity .4s } .gone { opacity: 0 }
         @keyframes out { to { opacity: 0 } } .leaving { animation: out .5s forwards }
         @keyframes spin { to { rotate: 1turn } } .spinner { animation: spin 1s infinite }</style>
       <p id="dialog" class="fade">Dialog</p><p id="toast">Toast</p><p id="box">Box</p><i class="spinner"></i>
       <button id="shut">Close</button><button id="leave">Leave</button><button id="jq">Fade</button><script>
         dialog.ontransitionend = () => dialog.remove();
         shut.onclick = () => dialog.classList.add("gone");
         toast.onanimationend = () => toast.remove();
         leave.onclick = () => toast.classList.add("leaving");
         jq.onclick = () => {
           const start = performance.now();
           const step = () => {
             const done = (performance.now() - start) / 400;
             box.style.opacity = 1 - done;
             if (done < 1) requestAnimationFrame(step); else box.remove();
           };
           requestAnimationFrame(step);
         };
       </script>`,
    );
    for (const [button, text] of [
      ["Close", "Dialog"],
      ["Leave", "Toast"],
      ["Fade", "Box"],
    ] as const) {
      expect(on.walk.has("StaticText", text)).toBe(true);
      await on.walk.click("button", button);
      expect(on.walk.has("StaticText", text), button).toBe(false);
    }
  });

  it("waits for sizes, for what is in view, and for the first focus, which come with a frame", async () => {
    const LOOKS = 5;
    on.site.pages["/views"] = `<!doctype html><title>Views</title>
      <p id=sizes>-</p><p id=views>-</p><p id=focused>-</p>
      <input aria-label=First onfocus="focused.textContent = 'in focus'" autofocus>
      <button onclick="look(IntersectionObserver, views, 1)">Look</button>
      <script>
        const look = (Observer, shown, times) => new Observer((_, observer) => {
          observer.disconnect();
          shown.textContent = shown.id + times;
          if (times < ${LOOKS}) look(Observer, shown, times + 1);
        }).observe(shown);
        look(ResizeObserver, sizes, 1);
      </script>`;
    for (let i = 0; i < 5; i++) {
      await on.open(`<a href=/views>Go</a>`);
      await on.walk.click("link", "Go");
      for (const text of [`sizes${LOOKS}`, "in focus", "-"])
        expect(on.walk.has("StaticText", text), text).toBe(true);
      await on.walk.click("button", "Look");
      expect(on.walk.has("StaticText", `views${LOOKS}`)).toBe(true);
    }
  });

  it("is never early on a page that sends its reader on", async () => {
    const WAYS = [
      `<meta http-equiv=refresh content="0;url=/next">`,
      `<form action=/next method=post></form><script>onload = () => document.forms[0].submit()</script>`,
      `<form action=/next></form><script>onload = () => { document.forms[0].requestSubmit(); location.hash = "going"; }</script>`,
      `<script>addEventListener("pageshow", () => requestAnimationFrame(() => location.assign("/next")))</script>`,
      `<a href=/next>on</a><script>onload = () => document.querySelector("a").click()</script>`,
      `<iframe src=/frame></iframe>`,
    ];
    on.site.pages["/frame"] = `<script>top.location = "/next"</script>`;
    for (const way of WAYS)
      for (let i = 0; i < 5; i++) {
        await on.open(`<a href=/way>Go</a>`);
        on.site.pages["/way"] = `<!doctype html><title>Way</title><h1>Way</h1>${way}`;
        await on.walk.click("link", "Go");
        expect([way, on.walk.observation.title]).toEqual([way, "Next"]);
      }
  });

  it("does not wait for a page that sends its reader on later", async () => {
    on.site.pages["/way"] = `<title>Way</title><meta http-equiv=refresh content="5;url=/next">`;
    await on.open(`<a href=/way>Go</a>`);
    const from = performance.now();
    await on.walk.click("link", "Go");
    expect(performance.now() - from).toBeLessThan(500);
    expect(on.walk.observation.title).toBe("Way");
  });

  it("waits for a page that starts to load late", async () => {
    const LATE_MS = 4_000;
    on.site.pages["/late"] = async (_, reply) => {
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      reply.end("<h1>Late</h1>");
    };
    await on.open(`<a href="/late">Late</a>`);
    const before = on.walk.env.cappedSettles;
    await on.walk.click("link", "Late");
    expect(on.walk.has("heading", "Late")).toBe(true);
    expect(on.walk.env.cappedSettles).toBe(before);
  });

  it("does not wait for endless timers, nor a second time for an answer that never comes", async () => {
    on.site.pages["/never"] = () => new Promise(() => {});
    await on.open(
      `<button id="poll">Poll</button><button>Other</button><p id="clock"></p><script>
        poll.onclick = () => void fetch("/never");
        (function tick() { clock.textContent = (Number(clock.textContent) || 0) + 1; setTimeout(tick, 50); })();
      </script>`,
    );
    const before = on.walk.env.cappedSettles;
    await on.walk.click("button", "Other");
    expect(on.walk.env.cappedSettles).toBe(before);
    await on.walk.click("button", "Poll");
    expect(on.walk.env.cappedSettles).toBe(before + 1);
    await on.walk.click("button", "Other");
    expect(on.walk.env.cappedSettles).toBe(before + 1);
  });
});
