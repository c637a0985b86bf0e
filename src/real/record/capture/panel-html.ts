/** The panel's page. It has no parts elsewhere, so it works without a network. */

export const PANEL_HTML = `<!doctype html>
<html lang="en">
<title>dreamgym record</title>
<meta charset="utf-8">
<style>
  :root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }
  body { margin: 0; padding: 12px; display: flex; flex-direction: column; gap: 10px; height: 100vh; box-sizing: border-box; }
  h1 { font-size: 15px; margin: 0; }
  #state { font-weight: 600; }
  #state.recording { color: #b3261e; }
  ol { flex: 1; overflow: auto; margin: 0; padding: 0 0 0 34px; border: 1px solid #8886; border-radius: 6px; }
  li { padding: 2px 6px 2px 0; overflow-wrap: anywhere; }
  #warnings:empty { display: none; }
  #warnings { margin: 0; padding: 6px 8px; border-radius: 6px; background: #f5c54233; white-space: pre-wrap; }
  textarea { width: 100%; box-sizing: border-box; font: inherit; }
  .row { display: flex; gap: 8px; }
  button { flex: 1; font: inherit; padding: 7px 4px; border-radius: 6px; border: 1px solid #8888; cursor: pointer; }
  #success { background: #1a7f37; color: #fff; border-color: #1a7f37; }
  #failure { background: #b3261e; color: #fff; border-color: #b3261e; }
</style>
<h1 id="goal"></h1>
<div><span id="state" role="status"></span> · <span id="count"></span></div>
<ol id="steps" aria-label="Steps so far" tabindex="0"></ol>
<p id="warnings" role="alert"></p>
<div class="row"><button id="pause">Pause</button><button id="undo">Undo the last step</button></div>
<label>Answer <textarea id="answer" rows="2" placeholder="Empty if the goal asks for none"></textarea></label>
<div class="row"><button id="success">Success</button><button id="failure">Failure</button><button id="stop">Stop</button></div>
<script>
  const part = (id) => document.getElementById(id);
  let paused = false;
  globalThis.show = ({ goal, steps, count, isPaused, warnings }) => {
    paused = isPaused;
    part("goal").textContent = goal || "No goal given";
    part("state").textContent = isPaused ? "Paused" : "Recording";
    part("state").className = isPaused ? "" : "recording";
    part("pause").textContent = isPaused ? "Resume" : "Pause";
    part("count").textContent = count === 1 ? "1 step" : count + " steps";
    part("undo").disabled = count === 0;
    const list = part("steps");
    list.start = count - steps.length + 1;
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
    list.replaceChildren(...steps.map((step) => { const item = document.createElement("li"); item.textContent = step; return item; }));
    if (isAtEnd) list.scrollTop = list.scrollHeight;
    part("warnings").textContent = warnings.join("\\n");
  };
  part("pause").onclick = () => send({ command: paused ? "resume" : "pause" });
  part("undo").onclick = () => send({ command: "undo" });
  for (const verdict of ["success", "failure", "stop"])
    part(verdict).onclick = () => send({ command: "stop", answer: part("answer").value, verdict: verdict === "stop" ? "" : verdict });
</script>
</html>
`;
