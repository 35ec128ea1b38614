/** One setting of an Asterisk file, with what an operator should know of it. */
export interface ConfLine {
  readonly key: string;
  readonly value: string;
  readonly why: string;
  /** Written as `key => value`, as dialplan and NOTIFY files do. */
  readonly arrow?: boolean;
  /** Only shown: the operator decides. */
  readonly off?: boolean;
}

/** A section of an Asterisk file; without a name its lines stand in a section that another file has opened. */
export interface ConfSection {
  readonly name?: string;
  /** What stands in brackets behind the name: `!` for a template, or the template it is made from. */
  readonly from?: string;
  readonly about?: string;
  readonly lines: readonly ConfLine[];
}

export interface ConfFile {
  readonly name: string;
  /** How the file is taken over, before its first section. */
  readonly about: string;
  readonly sections: readonly ConfSection[];
  /** Whether a password stands in it. */
  readonly secret: boolean;
}

const WIDTH = 114;

/** The text of a file, every line explained above it. */
export function confText({ about, sections, secret }: ConfFile): string {
  const first = secret ? `HOLDS PASSWORDS: for Asterisk and its administrator alone.\n${about}` : about;
  return `${[comment(first), ...sections.map(sectionText)].join("\n\n")}\n`;
}

function sectionText({ name, from, about, lines }: ConfSection): string {
  const head = name === undefined ? [] : [`[${name}]${from === undefined ? "" : `(${from})`}`];
  return [...(about === undefined ? [] : [comment(about)]), ...head, ...lines.map(lineText)].join("\n");
}

function lineText({ key, value, why, arrow = false, off = false }: ConfLine): string {
  const written = `${off ? ";" : ""}${key} ${arrow ? "=>" : "="} ${escaped(value)}`.trimEnd();
  return why === "" ? written : `${comment(why)}\n${written}`;
}

/**
 * Text as comment lines. Line ends in it begin new ones; nothing else in it can end the comment, and what a terminal
 * would obey is taken out.
 */
export function comment(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => wrapped(line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?")))
    .map((line) => `; ${line}`.trimEnd())
    .join("\n");
}

/** A line that begins with `- ` goes on under its first word. */
function wrapped(line: string): string[] {
  const indent = line.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const at = rest.lastIndexOf(" ", WIDTH);
    if (at <= indent.length) break;
    lines.push(rest.slice(0, at));
    rest = indent + rest.slice(at + 1);
  }
  return [...lines, rest];
}

/** A semicolon begins a comment, unless a backslash stands before it. */
function escaped(value: string): string {
  return value.replaceAll(";", "\\;");
}
