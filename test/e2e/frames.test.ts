/** Frames with documents of their own: Chromium and the text browser show the same, and send the same. */

import { click, press, type, type Situation } from "../support/both-worlds.ts";
import { describeAgreement } from "../support/both-worlds-agree.ts";

const PAGES: NonNullable<Situation["pages"]> = {
  "/docs/inner": `<title>Inner</title><p>Inner text</p><a href="next?a=1">Next</a>
    <a href="next" target=_top>Top</a><a href="next" target=_parent>Parent</a>
    <a href="next" target=other>Other</a><a href="#x">Jump</a><a href="/echo" rel=noreferrer>Quiet</a>
    <form action=/echo><input name=q aria-label=Query><button>Find</button></form>
    <form method=post><input name=p aria-label=Post value=v><button>Send</button></form>`,
  "/docs/next": `<h2>Next page</h2><a href=inner>Back there</a>`,
  "/outer": `<p>Outer</p><iframe src=/docs/inner title=Deep></iframe>`,
  "/based": `<base href=/docs/ target=_parent><p>Based</p><a href=next>Go</a>`,
  "/self": `<p>Self</p><iframe src=/self></iframe><iframe src="/"></iframe>`,
  "/text": (_, reply) => {
    reply.writeHead(200, { "content-type": "text/plain" });
    reply.end("Plain <b>text</b>");
  },
  "/moved": (_, reply) => {
    reply.writeHead(302, { location: "/docs/inner" });
    reply.end();
  },
  "/none": (_, reply) => {
    reply.writeHead(204);
    reply.end();
  },
  "/cookies": (_, reply) => {
    reply.writeHead(200, {
      "content-type": "text/html",
      "set-cookie": ["strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "plain=1"],
    });
    reply.end("<p>Cookies</p><a href=/echo>See</a>");
  },
};

const FRAME = `<p>Before</p><iframe src=/docs/inner name=main title=Frame></iframe><p>After</p>`;

const SITUATIONS: [string, Situation][] = [
  ["a document in a frame", { start: FRAME }],
  ["a link in it", { start: FRAME, steps: [click("link", "Next")] }],
  [
    "a link after a link",
    { start: FRAME, steps: [click("link", "Next"), click("link", "Back there")] },
  ],
  ["a link to the top", { start: FRAME, steps: [click("link", "Top")] }],
  ["a link to the parent", { start: FRAME, steps: [click("link", "Parent")] }],
  ["a link to another window", { start: FRAME, steps: [click("link", "Other")] }],
  ["a link without a referrer", { start: FRAME, steps: [click("link", "Quiet")] }],
  [
    "keys after a link in it",
    { start: `<a href=/echo>First</a>${FRAME}`, steps: [click("link", "Next"), press("Tab")] },
  ],
  [
    "keys back out of it after a link in it",
    {
      start: `<a href=/echo>First</a>${FRAME}`,
      steps: [click("link", "Next"), press("Shift+Tab"), press("Enter")],
    },
  ],
  [
    "a link in a frame of an open popover",
    {
      start: `<button popovertarget=p>Open</button><div popover id=p>${FRAME}</div>`,
      steps: [click("button", "Open"), click("link", "Next")],
    },
  ],
  ["a jump inside it", { start: FRAME, steps: [click("link", "Jump")] }],
  [
    "a form that asks",
    { start: FRAME, steps: [type("textbox", "Query", "lamp"), click("button", "Find")] },
  ],
  ["a form sent by Enter", { start: FRAME, steps: [type("textbox", "Query", "lamp", true)] }],
  ["a form that posts to its own page", { start: FRAME, steps: [click("button", "Send")] }],
  ["a frame in a frame", { start: `<iframe src=/outer></iframe>`, steps: [click("link", "Next")] }],
  [
    "the parent of a frame in a frame",
    { start: `<iframe src=/outer></iframe>`, steps: [click("link", "Parent")] },
  ],
  [
    "the top of a frame in a frame",
    { start: `<iframe src=/outer></iframe>`, steps: [click("link", "Top")] },
  ],
  [
    "a link of the page to its frame",
    {
      start: `<a href=/docs/next target=main>Change</a>${FRAME}`,
      steps: [click("link", "Change")],
    },
  ],
  [
    "a form of the page to its frame",
    {
      start: `<form action=/echo target=main><input name=a value=1><button>Go</button></form>${FRAME}`,
      steps: [click("button", "Go")],
    },
  ],
  [
    "a link of one frame to another",
    {
      start: `${FRAME}<iframe src=/docs/next name=other title=Second></iframe>`,
      steps: [click("link", "Other")],
    },
  ],
  ["a base with a target", { start: `<iframe src=/based></iframe>`, steps: [click("link", "Go")] }],
  ["a frame that holds itself", { start: `<iframe src=/self></iframe>` }],
  ["a text in a frame", { start: `<iframe src=/text></iframe>` }],
  ["a redirect in a frame", { start: `<iframe src=/moved></iframe>` }],
  ["an answer without a document", { start: `<p>A</p><iframe src=/none></iframe>` }],
  ["a frame of a template", { start: `<template><iframe src=/docs/inner></iframe></template>` }],
  [
    "a frame in a shadow root",
    {
      start: `<x-a><template shadowrootmode=open><iframe src=/docs/next></iframe></template></x-a>`,
    },
  ],
  ["a hidden frame", { start: `<iframe src=/docs/next hidden></iframe>` }],
  ["a frame with srcdoc", { start: `<iframe src=/docs/next srcdoc="<p>Own"></iframe>` }],
  ["a frame without an address", { start: `<iframe></iframe><iframe src=about:blank></iframe>` }],
  [
    "a frame of another site",
    {
      start: `<iframe src=http://partner.test/docs/inner></iframe>`,
      steps: [click("link", "Next")],
    },
  ],
  [
    "cookies of another site",
    {
      start: `<iframe src=http://partner.test/cookies></iframe>`,
      steps: [click("link", "See")],
    },
  ],
  [
    "cookies of the own site",
    { start: `<iframe src=/cookies></iframe>`, steps: [click("link", "See")] },
  ],
  [
    "a sandbox without forms",
    {
      start: `<iframe src=/docs/inner sandbox=allow-same-origin></iframe>`,
      steps: [click("button", "Find")],
    },
  ],
  [
    "a sandbox without the top",
    {
      start: `<iframe src=/docs/inner sandbox="allow-same-origin allow-forms"></iframe>`,
      steps: [click("link", "Top")],
    },
  ],
  [
    "a sandbox that lets a click go to the top",
    {
      start: `<iframe src=/docs/inner sandbox="allow-same-origin allow-top-navigation-by-user-activation"></iframe>`,
      steps: [click("link", "Top")],
    },
  ],
  [
    "typed texts of the page around",
    {
      start: `<input aria-label=Note>${FRAME}`,
      steps: [type("textbox", "Note", "kept"), click("link", "Next")],
    },
  ],
  ["a text typed in it", { start: FRAME, steps: [type("textbox", "Query", "lamp")] }],
  [
    "a text kept in another frame",
    {
      start: `${FRAME}<iframe src=/docs/next title=Second></iframe>`,
      steps: [type("textbox", "Query", "lamp"), click("link", "Back there")],
    },
  ],
  [
    "a step back to another page",
    { start: FRAME, steps: [click("link", "Top"), () => ({ kind: "goBack" })] },
  ],
  [
    "Tab into hidden frames",
    {
      start: `<div aria-hidden=true>Hi<iframe src=/echo></iframe></div><iframe aria-hidden=true src=/echo></iframe><button>B</button>`,
      steps: [press("Tab"), press("Tab")],
    },
  ],
  [
    "Tab into a frame",
    { start: `<button>A</button>${FRAME}`, steps: [press("Tab"), press("Tab"), press("Tab")] },
  ],
];

describeAgreement({
  frames: Object.fromEntries(
    SITUATIONS.map(([name, situation]) => [name, { pages: PAGES, ...situation }]),
  ),
});
