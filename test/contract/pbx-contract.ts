import { afterEach, beforeEach, describe } from "vitest";
import { audioRules } from "./pbx-audio-rules.ts";
import { callRules } from "./pbx-call-rules.ts";
import { carrierRules } from "./pbx-carrier-rules.ts";
import { followRules } from "./pbx-follow-rules.ts";
import { handOverRules } from "./pbx-hand-over-rules.ts";
import type { PbxHarness } from "./pbx-harness.ts";
import { keypadRules } from "./pbx-keypad-rules.ts";
import { privateRules } from "./pbx-private-rules.ts";
import { type PbxRecorder, recordPbx } from "./pbx-recorder.ts";
import { registrationRules } from "./pbx-registration-rules.ts";
import { routingRules } from "./pbx-routing-rules.ts";
import { type Story, storyOf } from "./pbx-story.ts";
import { supervisionRules } from "./pbx-supervision-rules.ts";
import { toneRules } from "./pbx-tone-rules.ts";
import { traceRules } from "./pbx-trace-rules.ts";

export interface ContractOptions {
  /** How long a single event may take. */
  readonly deadlineMs?: number;
  /** How long a whole case may take, its audio measured. */
  readonly caseMs?: number;
}

/** The rules every PBX adapter keeps, run against any of them. */
export function pbxContract(
  name: string,
  makeHarness: () => Promise<PbxHarness>,
  { deadlineMs = 20_000, caseMs = 60_000 }: ContractOptions = {},
): void {
  describe(`the PBX contract: ${name}`, { timeout: caseMs }, () => {
    let current: { readonly harness: PbxHarness; readonly recorder: PbxRecorder } | undefined;
    const story: Story = storyOf(() => {
      if (current === undefined) throw new Error("no case has begun");
      return current;
    });

    beforeEach(async () => {
      current = { harness: await makeHarness(), recorder: recordPbx(deadlineMs) };
    }, caseMs);

    afterEach(async () => {
      if (current === undefined) return;
      const { harness, recorder } = current;
      current = undefined;
      const left = [...recorder.picture().facts.keys()];
      for (const supervision of left) await harness.pbx.execute({ type: "end", supervision, ending: "stopped" });
      await harness.pbx.stop();
      await harness.release();
    }, caseMs);

    describe("calls", () => callRules(story));

    describe("where phones are registered", () => registrationRules(story));

    describe("the keypad of a supervisor's phone", () => keypadRules(story));

    describe("supervision", () => {
      beforeEach(() => story.start(), caseMs);
      describe("its leg", () => supervisionRules(story));
      describe("its sound", () => audioRules(story));
      describe("where its call goes", () => followRules(story));
      describe("whose its call becomes", () => handOverRules(story));
      describe("its call made private", () => privateRules(story));
      describe("its notification tone", () => toneRules(story));
      describe("its trace", () => traceRules(story));
      describe("what carries its voice", () => carrierRules(story));
      describe("whom queues ring meanwhile", () => routingRules(story));
    });
  });
}
