import { createServer, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { PhoneComplaint, YealinkPhone } from "../../lab/phones/yealink.ts";

/** The lab's phone is only worth something if it complains: each thing wrong once. */
let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

const url = "http://192.0.2.1/p/x/";
const key = (index: number, label = "Go", uri = url) =>
  `<SoftKey index="${index}"><Label>${label}</Label><URI>${uri}</URI></SoftKey>`;
const item = (prompt = "row", uri = url, more = "") =>
  `<MenuItem><Prompt>${prompt}</Prompt><URI>${uri}</URI>${more}</MenuItem>`;
const menu = (inner: string, attributes = 'Beep="no"') =>
  `<YealinkIPPhoneTextMenu ${attributes}><Title>t</Title>${inner}</YealinkIPPhoneTextMenu>`;
const text = (inner: string, attributes = `Beep="no" doneAction="${url}"`) =>
  `<YealinkIPPhoneTextScreen ${attributes}><Title>t</Title><Text>x</Text>${inner}</YealinkIPPhoneTextScreen>`;

const field = (attributes = 'type="string"', inner = "<Prompt>p</Prompt><Parameter>q</Parameter>") =>
  `<InputField ${attributes}>${inner}</InputField>`;
const input = (inner: string, attributes = 'Beep="no"', to = url) =>
  `<YealinkIPPhoneInputScreen ${attributes}><Title>t</Title><URL>${to}</URL>${inner}</YealinkIPPhoneInputScreen>`;

interface Reply {
  readonly body: string | Buffer;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

async function complaintsAbout({ body, status = 200, headers = {} }: Reply): Promise<string> {
  server = createServer((_request, reply) => {
    const usual = { "content-type": "text/xml; charset=utf-8", "cache-control": "no-store" };
    reply.writeHead(status, { ...usual, ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const phone = new YealinkPhone();
  try {
    await phone.open(`http://127.0.0.1:${port}/`);
    return "";
  } catch (error) {
    if (error instanceof PhoneComplaint) return error.complaints.join("\n");
    throw error;
  } finally {
    await phone.stop();
  }
}

const wrong: readonly [string, Reply, RegExp][] = [
  ["not well-formed", { body: menu("<MenuItem>") }, /not well-formed/],
  ["an escape forgotten", { body: menu(item("a & b")) }, /not well-formed/],
  ["no document", { body: "" }, /not well-formed/],
  ["two objects", { body: text("") + text("") }, /not well-formed/],
  ["text before the declaration", { body: `\n<?xml version="1.0" encoding="UTF-8"?>${text("")}` }, /not well-formed/],
  ["a DOCTYPE", { body: `<!DOCTYPE x>${text("")}` }, /DOCTYPE/],
  ["another encoding declared", { body: `<?xml version="1.0" encoding="ISO-8859-1"?>${text("")}` }, /declared/],
  ["not UTF-8", { body: Buffer.from(menu(item("\u00e9")), "latin1") }, /not UTF-8/],
  ["an unknown object", { body: "<YealinkIPPhoneText/>" }, /unknown object/],
  ["an unknown element", { body: menu(`${item()}<Icon/>`) }, /unknown element <Icon>/],
  ["an element in the wrong case", { body: menu(`${item()}<softkey/>`) }, /unknown element <softkey>/],
  ["an attribute in the wrong case", { body: menu(item(), 'Beep="no" lockIn="no"') }, /unknown attribute lockIn/],
  ["an attribute of another object", { body: menu(item(), `Beep="no" doneAction="${url}"`) }, /attribute doneAction/],
  ["a beep", { body: menu(item(), "") }, /beeps/],
  ["a beep in so many words", { body: menu(item(), 'Beep="yes"') }, /Beep="yes"/],
  ["loose text", { body: menu(`${item()}hello`) }, /loose text/],
  ["no rows", { body: menu("") }, /no <MenuItem>/],
  ["31 rows", { body: menu(item().repeat(31)) }, /31 items/],
  ["an empty row", { body: menu(item(" ")) }, /empty row/],
  ["a relative URL", { body: menu(item("row", "/p/x/")) }, /not an absolute URL/],
  ["a long URL", { body: menu(item("row", url + "x".repeat(255))) }, /a URL of \d+ characters/],
  ["a space in a URL", { body: menu(item("row", `${url}a b`)) }, /a URL may not have/],
  ["a selection with a space", { body: menu(item("row", url, "<Selection>a b</Selection>")) }, /selection/],
  ["too many bytes", { body: text(key(1)).replace("x</Text>", `${"x".repeat(10_000)}</Text>`) }, /bytes/],
  ["five softkeys", { body: text([1, 2, 3, 4, 5].map((n) => key(n)).join("")) }, /5 softkeys/],
  ["an index twice", { body: text(key(1) + key(1)) }, /one index/],
  ["an index too high", { body: text(key(5)) }, /index 5/],
  ["a long label", { body: text(key(1, "Elevenchars")) }, /label too long/],
  ["no label", { body: text(key(1, "")) }, /without a label/],
  ["an unknown key word", { body: text(key(1, "Go", "SoftKey:Leave")) }, /not an absolute URL/],
  ["no doneAction", { body: text("", 'Beep="no"') }, /no doneAction/],
  ["an empty title", { body: text("").replace(">t<", "> <") }, /empty title/],
  ["a control character", { body: text("").replace(">x<", ">x\u0085y<") }, /control character/],
  ["nothing to type into", { body: input("") }, /no <InputField>/],
  ["an input screen that leads nowhere", { body: input(field()).replace(/<URL>.*<\/URL>/, "") }, /no <URL>/],
  ["a relative URL of an input screen", { body: input(field(), 'Beep="no"', "/p/x/") }, /URL: not an absolute URL/],
  ["a field of an unknown type", { body: input(field('type="date"')) }, /type="date"/],
  ["a field's attribute in the wrong case", { body: input(field('Password="yes"')) }, /unknown attribute Password/],
  [
    "the root's attribute in the wrong case",
    { body: input(field(), 'Beep="no" password="yes"') },
    /attribute password/,
  ],
  ["an input screen with what a text has", { body: input(field(), `Beep="no" doneAction="${url}"`) }, /doneAction/],
  [
    "a field of the old form",
    { body: input("<Prompt>p</Prompt><Parameter>q</Parameter>") },
    /unknown element <Prompt>/,
  ],
  ["a field without a prompt", { body: input(field("", "<Prompt> </Prompt><Parameter>q</Parameter>")) }, /a prompt/],
  ["a field without a parameter", { body: input(field("", "<Prompt>p</Prompt>")) }, /no <Parameter>/],
  [
    "a parameter with a space",
    { body: input(field("", "<Prompt>p</Prompt><Parameter>a b</Parameter>")) },
    /a parameter/,
  ],
  ["softkeys of which none sends what is typed", { body: input(field() + key(1)) }, /no softkey sends/],
  [
    "a key word of a menu on an input screen",
    { body: input(field() + key(1, "Go", "SoftKey:Select")) },
    /absolute URL/,
  ],
  ["a key word of an input screen on a text", { body: text(key(1, "Go", "SoftKey:Submit")) }, /absolute URL/],
  ["a redirect", { body: "", status: 302, headers: { location: url } }, /redirect/],
  ["not 200", { body: text(""), status: 403 }, /status 403/],
  ["HTML", { body: text(""), headers: { "content-type": "text/html; charset=utf-8" } }, /content type/],
  ["no charset", { body: text(""), headers: { "content-type": "text/xml" } }, /content type/],
  ["storable", { body: text(""), headers: { "cache-control": "max-age=60" } }, /stored/],
  ["a relative refresh", { body: text(""), headers: { refresh: "5;url=/p/x/" } }, /Refresh: not an absolute/],
];
test.each(wrong)("complains about %s", async (_what, reply, complaint) => {
  expect(await complaintsAbout(reply)).toMatch(complaint);
});

test("and about nothing else", async () => {
  expect(await complaintsAbout({ body: menu(item() + key(1) + key(4, "Exit", "SoftKey:Exit")) })).toBe("");
  const words = ["Submit", "BackSpace", "ChangeMode", "Exit"].map((word, at) => key(at + 1, word, `SoftKey:${word}`));
  const hidden = "<Prompt>-</Prompt><Parameter>id</Parameter><Default>7</Default>";
  const fields = field('type="empty" editable="no"', hidden) + field('type="number" password="yes" editable="yes"');
  expect(await complaintsAbout({ body: input(fields + words.join("")) })).toBe("");
  expect(await complaintsAbout({ body: input(field()) })).toBe("");
});

test("a launcher of 91 characters is no key", async () => {
  const phone = new YealinkPhone();
  await expect(phone.open(`http://192.0.2.1/${"x".repeat(74)}`)).rejects.toThrow(/a URL of 91 characters/);
  await phone.stop();
});
