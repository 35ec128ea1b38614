import type { Switches } from "./yealink-switches.ts";

/** What is known of a model; everything from yealink.md, by section and line. */
export interface Model {
  readonly name: string;
  readonly series: "T3x" | "T4x" | "T4xU" | "T5x" | "T5xW";
  /** Characters of a softkey: 8 on monochrome T3x and T40 to T42, 10 in colour (2.1, l. 118; a budget). */
  readonly labelColumns: number;
  /** Line keys with their pages (5.2, l. 227). */
  readonly lineKeys: number;
  /** Whether a line key has a lamp (3.3, l. 168); on a screen it may change its colour (a switch). */
  readonly lamps: "yes" | "no" | "screen";
  /** Whether OK does anything on a text (1.1, l. 58: not on touch screens; 4.4, l. 202: nor on a T57W). */
  readonly okKey: boolean;
  /** As its User-Agent says it: family (6, l. 267; of older ones the number of 7.2, l. 289) and release. */
  readonly firmware: string;
}

type Row = readonly [name: string, labelColumns: number, lineKeys: number, firmware: string];

function series(name: Model["series"], rows: readonly Row[]): readonly Model[] {
  return rows.map(([model, labelColumns, lineKeys, firmware]) => {
    const touch = /^T(48[GSU]|57W)$/.test(model);
    return {
      ...{ name: model, series: name, labelColumns, lineKeys, firmware },
      lamps: lineKeys === 0 ? "no" : touch ? "screen" : "yes",
      okKey: !touch,
    };
  });
}

/**
 * The series that are phones with this browser. Not here: T56A and T58 (Android: 1.9, l. 105), DECT (l. 104), CP (l. 107).
 * A softkey of a T43U or T53 is as narrow as a T42's: no line says that they are in colour.
 */
export const models: readonly Model[] = [
  ...series("T3x", [
    ["T30", 8, 0, "124.86.0.118"],
    ["T30P", 8, 0, "124.86.0.118"],
    ["T31", 8, 2, "124.86.0.118"],
    ["T31P", 8, 2, "124.86.0.118"],
    ["T31G", 8, 2, "124.86.0.118"],
    ["T31W", 8, 2, "124.86.0.118"],
    ["T33G", 8, 12, "124.86.0.118"],
    ["T34W", 8, 12, "124.86.0.118"],
  ]),
  ...series("T4x", [
    ["T40P", 8, 3, "54.84.0.125"],
    ["T40G", 8, 3, "76.84.0.125"],
    ["T41P", 8, 15, "36.83.0.35"],
    ["T42G", 8, 15, "29.83.0.120"],
    ["T46G", 10, 27, "28.83.0.120"],
    ["T48G", 10, 29, "35.83.0.120"],
    ["T41S", 8, 15, "66.86.0.15"],
    ["T42S", 8, 15, "66.86.0.15"],
    ["T46S", 10, 27, "66.86.0.15"],
    ["T48S", 10, 29, "66.86.0.15"],
  ]),
  ...series("T4xU", [
    ["T42U", 8, 15, "108.86.0.90"],
    ["T43U", 8, 15, "108.86.0.90"],
    ["T44U", 10, 24, "108.86.0.90"],
    ["T44W", 10, 24, "108.86.0.90"],
    ["T46U", 10, 27, "108.86.0.90"],
    ["T48U", 10, 29, "108.86.0.90"],
  ]),
  ...series("T5x", [
    ["T52S", 10, 21, "74.85.0.5"],
    ["T53", 8, 21, "96.86.0.100"],
    ["T54S", 10, 27, "70.86.0.20"],
  ]),
  ...series("T5xW", [
    ["T53W", 8, 21, "96.86.0.100"],
    ["T54W", 10, 27, "96.86.0.100"],
    ["T57W", 10, 29, "96.86.0.100"],
  ]),
];

/** @throws where there is no such model. */
export function modelOf(name: string): Model {
  const found = models.find((one) => one.name === name);
  if (!found) throw new Error(`no model ${name} in yealink.md`);
  return found;
}

/** How a phone names itself in a request (6, l. 265-267). */
export function userAgent({ name, firmware }: Model, mac: string, form: Switches["userAgent"]): string {
  switch (form) {
    case "usual":
      return `Yealink SIP-${name} ${firmware} ${mac}`;
    case "lower case":
      return `yealink  SIP-${name} ${firmware} ${mac}`;
    case "no MAC":
      return `Yealink SIP-${name} ${firmware}`;
    default:
      throw new Error(`${String(form satisfies never)}`);
  }
}
