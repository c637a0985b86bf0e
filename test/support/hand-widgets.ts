/** A page with one control for every kind of action, to be put into frames, shadow trees, popups and routes. */

export const WIDGETS = `
<style>.menu ul { display: none } .menu:hover ul { display: block } .box { width: 160px; height: 40px; border: 1px solid }</style>
<p id="out">none</p>
<button onclick="say('pressed')">Press</button>
<button ondblclick="say('twice')">Twice</button>
<button oncontextmenu="event.preventDefault(); say('menu')">Right</button>
<button onclick="say(event.shiftKey ? 'shift' : 'plain')">Held</button>
<label>Name <input name="name"></label>
<label>Note <textarea name="note"></textarea></label>
<div contenteditable role="textbox" aria-label="Editor" style="min-height:20px;border:1px solid">old</div>
<label>Day <input type="date" name="day"></label>
<label>Size <select name="size"><option>Small</option><option>Large</option></select></label>
<label><input type="checkbox" name="gift"> Gift</label>
<label><input type="radio" name="pay" value="card"> Card</label>
<input type="file" aria-label="File" onchange="say(this.files[0].name)">
<button onclick="say(prompt('Who?'))">Ask</button>
<button onclick="say(confirm('Sure?'))">Sure</button>
<a href="/file.bin" download>Fetch</a>
<div class="menu" role="group" aria-label="Menu" style="width:160px"><span>More</span><ul><li><button onclick="say('item')">Item</button></li></ul></div>
<div class="box" role="button" aria-label="Piece" draggable="true" ondragstart="event.dataTransfer.setData('text', 'piece')">P</div>
<div class="box" role="region" aria-label="Zone" ondragover="event.preventDefault()" ondrop="event.preventDefault(); say(event.dataTransfer.getData('text'))">Z</div>
<div role="region" aria-label="Long" tabindex="0" style="height:60px;width:160px;overflow:auto;border:1px solid"><div style="height:900px">long text</div></div>`;

export const SAY = `<script>function say(text) { const out = [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.getElementById('out') ?? (e.id === 'out' ? e : null)).find(Boolean); out.textContent += ' ' + text; }</script>`;
