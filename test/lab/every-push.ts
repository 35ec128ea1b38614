import { tortureTexts } from "../../src/http/torture.ts";
import {
  type Lamp,
  type Language,
  languages,
  type Mic,
  type Mode,
  type PushDocument,
  type PushKind,
} from "../../src/model/index.ts";
import type { Say } from "../../src/pages/index.ts";
import type { Profile, PushedNotice, VendorPush } from "../../src/phones/index.ts";
import { texts } from "../unit/http/words.ts";

/** A document as a gateway makes it, and what it is, in words for a report. */
export interface EveryPush {
  readonly kind: PushKind;
  readonly what: string;
  readonly document: PushDocument;
}

/** What of a push a make of phone makes documents of; one more of these does not compile until it is sent here. */
type Method = {
  [Name in keyof VendorPush]-?: NonNullable<VendorPush[Name]> extends (...given: never) => PushDocument | undefined
    ? Name
    : never;
}[keyof VendorPush];

interface Making {
  readonly push: VendorPush;
  readonly profile: Profile;
}
type Made = readonly (readonly [what: string, document: PushDocument | undefined])[];

/** As long as `http.publicUrl` and a token may be. */
const own = `https://${"h".repeat(52)}/p/${"t".repeat(26)}/`;
const signature = `999999999999.${"s".repeat(16)}`;
/** Where a page that is pushed leads, at its longest. */
const addresses = {
  home: own,
  session: `${own}session`,
  call: `${own}call/${"L".repeat(80)}`,
  probe: `${own}prove/${"p".repeat(40)}/pushed`,
} as const;

const lamps: Readonly<Record<Lamp["lamp"], readonly Mic[]>> = {
  off: ["muted"],
  listen: ["muted"],
  coach: ["muted", "open"],
  join: ["muted", "open"],
};
/** Whether what a notice is about can be answered in it. */
const notices: Readonly<Record<Mode | "heads-up", boolean>> = {
  ...{ listen: false, coach: false, join: false },
  "heads-up": true,
};

const names = Object.entries({ "an ordinary name": "Ana Ruiz", ...tortureTexts });

const every: { readonly [Name in Method | PushKind]: (making: Making) => Made } = {
  lamp: ({ push, profile }) =>
    Object.entries(lamps).flatMap(([lamp, mics]) =>
      mics.map((mic) => {
        const shown = { lamp: lamp as Lamp["lamp"], mic, supervisors: [] };
        return [`a lamp for ${lamp}, ${mic}`, push.lamp(shown, 5, profile)] as const;
      }),
    ),
  unknown: ({ push, profile }) => [["a lamp while it is not known", push.unknown?.(5, profile)]],
  label: ({ push, profile }) =>
    inEach(profile, (say) => [
      ["the label of nobody", push.label(say("agent.title", {}, 16), 5, profile)],
      ...names.map(([what, name]) => [`the label of ${what}`, push.label(`${name} +2`, 10, profile)] as const),
    ]),
  notice: ({ push, profile }) =>
    inEach(profile, (say) =>
      names.flatMap(([what, name]) =>
        Object.entries(notices).flatMap(([mode, answered]) =>
          [true, false].map((inCall) => {
            const notice = noticeOf(say, name, mode as Mode | "heads-up", answered);
            const where = inCall ? "in a call" : "on the idle screen";
            return [`a notice of ${mode} ${where} by ${what}`, push.notice({ ...notice, inCall }, profile)] as const;
          }),
        ),
      ),
    ),
  page: ({ push, profile }) =>
    Object.entries(addresses).map(([what, url]) => [`the page ${what}`, push.page(url, profile)] as const),
};

/** Every document that a model can be pushed: each kind, in each language, of whatever name. */
export function everyPush(push: VendorPush, profile: Profile): readonly EveryPush[] {
  return Object.entries(every).flatMap(([kind, made]) =>
    made({ push, profile }).flatMap(([what, document]) =>
      document ? [{ kind: kind === "unknown" ? "lamp" : (kind as PushKind), what, document }] : [],
    ),
  );
}

function inEach({ screen }: Profile, made: (say: Say) => Made): Made {
  return languages.flatMap((language: Language) =>
    made(texts.to({ language }, screen)).map(([what, document]) => [`${language}: ${what}`, document] as const),
  );
}

function noticeOf(say: Say, name: string, mode: Mode | "heads-up", answered: boolean): Omit<PushedNotice, "inCall"> {
  const answers = (["accept", "not-now"] as const).map((act) => {
    return { label: say(`label.${act}`), url: `${own}do/${act}/-/${signature}` };
  });
  return {
    ...{ title: say("agent.title", {}, "heading"), text: say(`notice.${mode}`, { name }), at: "14:02" },
    ...{ urgent: mode !== "listen", seconds: 20, exit: say("label.exit"), url: own },
    ...(answered && { answers }),
  };
}
