import { expect, it } from "vitest";
import { Walk } from "./walk.ts";

/** Chosen once and for all, so that a walk that fails can be walked again. */
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);
const steps = 200;

const walked = { presses: 0, events: 0, heard: 0 };

it.each(seeds)(
  "R4 R8 R9 R18 R19 R20 who may hear whom, and that nothing is left, on a random walk, seed %i",
  async (seed) => {
    const walk = new Walk(seed);
    await walk.go(steps);
    walked.presses += walk.presses;
    walked.events += walk.events;
    walked.heard += walk.heard;
    expect(walk.wrong).toEqual([]);
  },
);

it("the walks have pressed enough keys to be walks", () => {
  expect(walked.presses / seeds.length).toBeGreaterThan(10);
  expect(walked.events / seeds.length).toBeGreaterThan(20);
});
