import type { Switches } from "./snom-switches.ts";

/** What is known of a model. Characters are what a screen of these pixels has room for: no page of the maker gives them. */
export interface Model {
  readonly name: string;
  /** Of a context key: a fourth of the screen. */
  readonly labelColumns: number;
  readonly titleColumns: number;
  /** Of a text: what is longer is cut on a display in colour (examples/SnomIPPhoneText). */
  readonly textColumns: number;
  readonly textLines: number;
  /** The number of the lamp of the first line key (service.snom.com, XML-Minibrowser-Led: LED Number Order). */
  readonly firstLamp: number;
  readonly lineKeys: number;
  readonly firmware: string;
}

const d7: Pick<Model, "firstLamp" | "firmware"> = { firstLamp: 5, firmware: "10.1.169.16" };

/** All with four context keys, F1 to F4, and a display in colour: 480x272, 320x240 and 426x240 pixels. */
export const models: readonly Model[] = [
  { name: "D785", labelColumns: 10, titleColumns: 34, textColumns: 40, textLines: 8, lineKeys: 24, ...d7 },
  { name: "D735", labelColumns: 8, titleColumns: 24, textColumns: 28, textLines: 7, lineKeys: 32, ...d7 },
  { name: "D717", labelColumns: 9, titleColumns: 30, textColumns: 36, textLines: 6, lineKeys: 18, ...d7 },
];

/** @throws where there is no such model. */
export function modelOf(name: string): Model {
  const found = models.find((one) => one.name === name);
  if (!found) throw new Error(`nothing is known of a Snom ${name}`);
  return found;
}

/** How a phone names itself in a request: with its MAC address as browsers do, or in short (public code of FusionPBX). */
export function agentOf({ name, firmware }: Model, form: Switches["agent"]): string {
  const about = "2010.12-00001-gd311851f1 (Feb 25 2019 - 14:19:43) 00041396D9B4 SXM:0 UXM:0 UXMC:0";
  return form === "short"
    ? `snom${name}/${firmware}`
    : `Mozilla/4.0 (compatible; snom${name}-SIP ${firmware} ${about})`;
}
