import {
  declaration,
  type Entry,
  execute,
  field,
  formatted,
  input,
  item,
  key,
  menu,
  row,
  status,
  text,
  url,
} from "./pieces.ts";

const spaced = (lines: readonly string[]): string => `${declaration}\n${lines.join("\n")}\n`;

/** Documents that a Yealink takes. Fixed from yealink.md before any page was read by this phone. */
export const accepted: readonly Entry[] = [
  {
    what: "the live-call menu of the examples",
    from: "9, l. 338-347",
    xml: spaced([
      `<YealinkIPPhoneTextMenu style="none" Beep="no" Timeout="90" LockIn="no" wrapList="no" defaultIndex="1" destroyOnExit="yes" cancelAction="https://gw.example.net/y/k7Qd/home">`,
      `  <Title wrap="no">Live calls (2)</Title>`,
      `  <MenuItem><Prompt>Ana R. - 0441 555 01 - 03:12</Prompt><URI>https://gw.example.net/y/k7Qd/call/c81</URI><Selection>c81</Selection></MenuItem>`,
      `  <MenuItem><Prompt>Ben O. - Smith &amp; Co - 00:47</Prompt><URI>https://gw.example.net/y/k7Qd/call/c82</URI><Selection>c82</Selection></MenuItem>`,
      `  ${key(1, "Listen")}${key(2, "Coach")}${key(3, "Join")}${key(4, "Exit", "SoftKey:Exit")}`,
      `</YealinkIPPhoneTextMenu>`,
    ]),
  },
  {
    what: "the control screen of the examples",
    from: "9, l. 351-359",
    xml: spaced([
      `<YealinkIPPhoneTextScreen Beep="no" Timeout="0" LockIn="no" wrapList="yes" doneAction="https://gw.example.net/y/k7Qd/session" cancelAction="https://gw.example.net/y/k7Qd/list">`,
      `  <Title wrap="no">Coaching Ana R.</Title>`,
      `  <Text>Microphone: muted. Agent notice: hidden.</Text>`,
      `  ${key(1, "Unmute", `${url}?s=c81`)}${key(4, "Back")}`,
      `</YealinkIPPhoneTextScreen>`,
    ]),
  },
  {
    what: "the lamp of the examples",
    from: "9, l. 363-368",
    xml: spaced([execute("Led:LINE5_GREEN=off", "Led:LINE5_ORANGE=off", "Led:LINE5_RED=slowflash")]),
  },
  {
    what: "the notice of the examples",
    from: "9, l. 372-376",
    xml: status(`<Message Size="normal" Align="center" Color="red">Supervisor listening</Message>`),
  },
  { what: "an empty message, which clears a notice", from: "3.1, l. 153; 9, l. 377", xml: status("<Message/>") },
  { what: "a document without a declaration", from: "1.1, l. 45", xml: menu() },
  { what: "a comment", from: "1.1, l. 45", xml: menu(`<!-- of 10 -->${row()}`) },
  { what: "30 rows", from: "1.2, l. 68", xml: menu(row().repeat(30)) },
  { what: "9 999 bytes", from: "1.1, l. 46", xml: text().replace("Muted.", "x".repeat(9_999 - text().length + 6)) },
  { what: "10 000 bytes", from: "1.1, l. 46", xml: text().replace("Muted.", "x".repeat(10_000 - text().length + 6)) },
  { what: "every escape", from: "8, l. 316", xml: menu(row("&lt;b&gt; &amp; &quot;&apos;")) },
  { what: "a name in another script", from: "1.1, l. 47", xml: `${declaration}${menu(row("名無しの権兵衛"))}` },
  { what: "a query in a URL, escaped", from: "8, l. 316", xml: menu(row("x", `${url}?a=1&amp;b=2`)) },
  {
    what: "a row with a selection",
    from: "1.2, l. 69; 6, l. 272",
    xml: menu(row("x", url, "<Selection>c_8-1</Selection>")),
  },
  {
    what: "a row that only dials",
    from: "1.2, l. 72",
    xml: menu(`<MenuItem><Prompt>Ana</Prompt><Dial>2001</Dial></MenuItem>${key(1, "Dial", "SoftKey:Dial")}`),
  },
  { what: "a row that is dialled or opened", from: "1.2, l. 69", xml: menu(row("Ana", url, "<Dial>2001</Dial>")) },
  { what: "a menu that is not numbered", from: "1.1, l. 62", xml: menu(row(), 'Beep="no" style="none"') },
  {
    what: "a menu that is numbered in so many words",
    from: "1.1, l. 62",
    xml: menu(row(), 'Beep="no" style="numbered"'),
  },
  {
    what: "a menu that begins in its second row",
    from: "1.1, l. 61",
    xml: menu(row() + row(), 'Beep="no" defaultIndex="2"'),
  },
  { what: "a page that stays", from: "1.1, l. 55", xml: menu(row(), 'Beep="no" Timeout="0"') },
  { what: "a page that locks the phone in", from: "1.1, l. 56", xml: menu(row(), 'Beep="no" LockIn="yes"') },
  { what: "a key of each place", from: "2.1, l. 117", xml: text([1, 2, 3, 4].map((n) => key(n, `Key ${n}`)).join("")) },
  {
    what: "a place left free between keys",
    from: "2.1, l. 119",
    xml: text(key(1, "One") + key(2, "Two") + key(4, "Four")),
  },
  { what: "keys in any order", from: "2.1, l. 117", xml: text(key(4, "Four") + key(1, "One")) },
  {
    what: "a label of 8 characters on a monochrome T42U",
    from: "2.1, l. 118",
    xml: text(key(1, "12345678")),
    model: "T42U",
  },
  { what: "a label of 10 characters in colour", from: "2.1, l. 118", xml: text(key(1, "1234567890")) },
  {
    what: "softkeys 5 and 6 where they lie behind More",
    from: "0, l. 26-27; 2.1, l. 117",
    xml: text(key(5, "Five") + key(6, "Six")),
    given: { sixKeys: true },
  },
  {
    what: "Select and Exit on a menu",
    from: "2.2, l. 124-125",
    xml: menu(row() + key(1, "Open", "SoftKey:Select") + key(4, "Exit", "SoftKey:Exit")),
  },
  { what: "a key that dials", from: "2.3, l. 136", xml: text(key(1, "Dial", "Dial:*10")) },
  { what: "a key that presses another", from: "2.3, l. 138", xml: text(key(1, "Hold", "Key:Hold")) },
  { what: "a line break in a text", from: "1.3, l. 75", xml: text().replace("Muted.", "Muted.\nHidden.") },
  {
    what: "a text with OK of the phone's own",
    from: "2.3, l. 132-136",
    xml: text("", 'Beep="no" doneAction="Dial:2001"'),
  },
  {
    what: "a formatted text with header, scroll and footer",
    from: "1.4, l. 78-79",
    xml: formatted(
      `<Line Size="double" Align="center" Color="lightblue">Head</Line><Scroll><Line Size="small">one</Line><Line>two</Line></Scroll><Line>Foot</Line>`,
    ),
  },
  {
    what: "a field of each type",
    from: "1.5, l. 85",
    xml: input(["string", "number", "IP", "empty"].map((type) => field(`type="${type}"`)).join("")),
  },
  {
    what: "a field that is not shown",
    from: "1.5, l. 84",
    xml: input(field('type="number" password="yes" editable="yes"')),
  },
  {
    what: "a field that carries what nobody types",
    from: "1.5, l. 85",
    xml: input(
      field('type="empty" editable="no"', "<Prompt>-</Prompt><Parameter>id</Parameter><Default>7</Default>") + field(),
    ),
  },
  {
    what: "a type for all fields",
    from: "1.5, l. 83",
    xml: input(field(""), 'Beep="no" type="number" Password="yes" defaultIndex="1"'),
  },
  {
    what: "the keys for typing",
    from: "2.2, l. 126-128",
    xml: input(
      field() +
        ["Submit", "BackSpace", "ChangeMode", "Exit"].map((word, at) => key(at + 1, word, `SoftKey:${word}`)).join(""),
    ),
  },
  {
    what: "a dot and a space to type",
    from: "2.2, l. 128",
    xml: input(
      field('type="IP"') +
        key(1, "OK", "SoftKey:Submit") +
        key(2, ".", "SoftKey:Dot") +
        key(3, "_", "SoftKey:NextSpace"),
    ),
  },
  {
    what: "a directory",
    from: "1.6, l. 91",
    xml: `<YealinkIPPhoneDirectory Beep="no"><Title>People</Title><DirectoryEntry><Name>Ana</Name><Telephone>2001</Telephone></DirectoryEntry>${key(1, "Dial", "SoftKey:Dial")}</YealinkIPPhoneDirectory>`,
  },
  {
    what: "a picture",
    from: "1.7, l. 94",
    xml: `<YealinkIPPhoneImageScreen Beep="no" Timeout="0" LockIn="no" Mode="fullscreen" destroyOnExit="yes"><Image verticalAlign="middle" horizontalAlign="middle" height="184" width="320">https://gw.example.net/p.jpg</Image>${key(1, "Back")}</YealinkIPPhoneImageScreen>`,
  },
  {
    what: "a picture with digits",
    from: "1.7, l. 95",
    xml: `<YealinkIPPhoneImageMenu Beep="no"><Image>https://gw.example.net/p.jpg</Image><URIList base="https://gw.example.net/"><URI key="1">one</URI><URI key="#">more</URI></URIList></YealinkIPPhoneImageMenu>`,
  },
  {
    what: "a page to open, a lamp and a call in one",
    from: "3.2, l. 159",
    xml: execute(url, "Led:LINE1_RED=on", "Dial:2001"),
  },
  { what: "nothing to do", from: "2.3, l. 141", xml: execute("") },
  { what: "the power light", from: "3.3, l. 164", xml: execute("Led:POWER=fastflash") },
  {
    what: "a lamp of an expansion module, with the space that was seen",
    from: "3.3, l. 166",
    xml: execute("Led: EXP-1-1-GREEN=on"),
  },
  {
    what: "the last line key of a T33G",
    from: "3.3, l. 165; 5.2, l. 227",
    xml: execute("Led:LINE12_GREEN=on"),
    model: "T33G",
  },
  {
    what: "a lamp's name of Aastra's, where it is known",
    from: "3.3, l. 167",
    xml: execute("Led:MESSAGE=on"),
    given: { aastra: true },
  },
  {
    what: "Aastra's icons, where they are passed over",
    from: "1.2, l. 71",
    xml: menu(
      `<MenuItem icon="1"><Prompt>x</Prompt><URI>${url}</URI></MenuItem><IconList><Icon index="1">Icon:Star</Icon></IconList>`,
    ),
    given: { aastra: true },
  },
  {
    what: "Aastra's Refresh in the root, where it is passed over",
    from: "1.1, l. 64",
    xml: text("", `Beep="no" doneAction="${url}" refresh="5" url="${url}"`),
    given: { aastra: true },
  },
  {
    what: "Aastra's word Cancel, where it is known",
    from: "2.2, l. 129",
    xml: text(key(1, "Cancel", "SoftKey:Cancel")),
    given: { aastra: true },
  },
  {
    what: "Aastra's interruptCall, where it is passed over",
    from: "2.3, l. 142",
    xml: `<YealinkIPPhoneExecute Beep="no"><ExecuteItem interruptCall="yes" title="t" URI=""/></YealinkIPPhoneExecute>`,
    given: { aastra: true },
  },
  {
    what: "ten messages",
    from: "3.1, l. 154",
    xml: status('<Message Account="2001@pbx.example" Icon="Message" Index="3" Type="alert">x</Message>'.repeat(10)),
  },
  { what: "a label of a line key", from: "1.8, l. 99-100", xml: item("linekey.5.label = Kim") },
];
