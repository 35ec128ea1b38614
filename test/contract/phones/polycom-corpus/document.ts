import type { PolycomOptions } from "../../../lab/phones/polycom.ts";
import type { Code } from "../../../lab/phones/polycom-facts.ts";
import type { Form } from "../../../lab/phones/polycom-switches.ts";

/** One reply that a phone gets for a page. */
export interface PageCase {
  readonly name: string;
  readonly on: Form | "both";
  /** Section of the reference on Polycom phones. */
  readonly source: string;
  readonly body: string | Buffer;
  readonly status?: number;
  /** Beside the usual ones; an empty one is left away. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly framing?: "length" | "chunked" | "close";
  readonly options?: PolycomOptions;
}

/** One that shows nothing, or not what it should, and why. */
export interface RefusedPage extends Omit<PageCase, "source"> {
  readonly codes: readonly Code[];
}

export const gw = "https://gw.example/p/T0ken";
export const doctype =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">';

/** A page with that body, and softkeys where production apps have them: behind it. */
export const page = (body: string, keys = "", head = "<title>t</title>"): string =>
  `<html><head>${head}</head><body>${body}</body>${keys}</html>`;
/** A page of that many bytes in all. */
export const sizedPage = (bytes: number): string => page("x".repeat(bytes - page("").length));
/** A page with the namespace of XHTML. */
export const xhtmlPage = (body: string, keys = ""): string =>
  page(body, keys).replace("<html>", '<html xmlns="http://www.w3.org/1999/xhtml">');
export const link = (text = "Listen", href = `${gw}/c/17/listen?n=8f2`): string => `<a href="${href}">${text}</a>`;
export const key = (index: number | string, label = "Go", action = `SoftKey:Fetch;${gw}/list`): string =>
  `<softkey index="${index}" label="${label}" action="${action}"/>`;
export const form = (inner: string, attributes = `method="get" action="${gw}/find"`): string =>
  `<form ${attributes}>${inner}</form>`;
export const submit = '<input type="submit" value="OK"/>';
export const field = '<input type="text" name="typed"/>';

/** Example A of the reference (10), to the letter. */
export const exampleA = `<?xml version="1.0" encoding="UTF-8"?>
${doctype}
<html><head><title>Live calls 3</title></head>
<body>
<table border="0" cellspacing="0" cellpadding="1" width="100%">
<tr><td width="45%"><a href="https://gw.example/p/T0ken/c/17">Dana R.</a></td><td width="55%">0412 555 010 02:41</td></tr>
<tr><td width="45%"><a href="https://gw.example/p/T0ken/c/18">Omar &amp; Li</a></td><td width="55%">sales 00:12</td></tr>
</table>
<p><a href="https://gw.example/p/T0ken/list?page=2">Next</a></p>
</body>
<softkey index="1" label="Refresh" action="SoftKey:Fetch;https://gw.example/p/T0ken/list?page=1"/>
<softkey index="2" label="Back" action="SoftKey:Back"/>
<softkey index="3" label="Exit" action="SoftKey:Exit"/>
</html>`;

/** Example B. */
export const exampleB = `<html><head><title>Dana R.</title></head><body>
<p>In 0412 555 010, 02:41</p>
<a href="https://gw.example/p/T0ken/c/17/listen?n=8f2">Listen</a><br/>
<a href="https://gw.example/p/T0ken/c/17/coach?n=8f2">Coach</a><br/>
<a href="https://gw.example/p/T0ken/c/17/join?n=8f2">Join</a><br/>
<a href="https://gw.example/p/T0ken/c/17/vis?n=8f2&amp;on=1">Visible</a>
</body>
<softkey index="1" label="Listen" action="SoftKey:Fetch;https://gw.example/p/T0ken/c/17/listen?n=8f2"/>
<softkey index="2" label="Coach" action="SoftKey:Fetch;https://gw.example/p/T0ken/c/17/coach?n=8f2"/>
<softkey index="3" label="Join" action="SoftKey:Fetch;https://gw.example/p/T0ken/c/17/join?n=8f2"/>
<softkey index="4" label="Mute" action="SoftKey:Fetch;https://gw.example/p/T0ken/c/17/mute?n=8f2"/>
<softkey index="5" label="Visible" action="SoftKey:Fetch;https://gw.example/p/T0ken/c/17/vis?n=8f2&amp;on=1"/>
</html>`;
