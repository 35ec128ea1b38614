import * as z from "zod";
import { provisioningModes } from "../model/index.js";
import { flags } from "./layers.js";

const whole = z
  .string()
  .regex(/^-?\d{1,9}$/, "must be a whole number")
  .transform(Number);
const table = z.record(z.string().regex(/^[a-z][a-z-]*$/, "must be small letters and `-`"), z.string());

const file = z.strictObject({
  name: z.string().min(1),
  holds: z.enum(["keys", "list"]),
  format: z.string().optional(),
});
const place = z.strictObject({
  overlay: z.string().exactOptional(),
  full: z.string().exactOptional(),
  as: z.string().exactOptional(),
});
const places = z.record(z.string(), place);

/** `vendor.yaml`: how a make is told anything. */
export const vendorShape = z.strictObject({
  format: z.string(),
  files: z.strictObject({
    overlay: z.array(file).min(1),
    full: z.array(file).min(1),
    "first-contact": z.array(file).default([]),
  }),
  places: places.default({}),
  words: z.record(z.string(), z.record(z.string(), table)).default({}),
  recipes: z.record(z.string(), z.string()).default({}),
});

const group = z.strictObject({
  about: z.string().min(1),
  in: z.enum(provisioningModes).optional(),
  when: z.array(z.enum(flags)).default([]),
  needed: z.enum(["true", "false"]).default("false"),
  set: z.record(z.string(), z.string()).default({}),
  without: z.array(z.string()).default([]),
});

/** A layer: `base.yaml`, `site.yaml`, those of roles, and those of phones. */
export const layerShape = z.strictObject({ places: places.default({}), groups: z.array(group).default([]) });

/** `models.yaml`. */
export const modelsShape = z.strictObject({
  models: z.record(z.string(), layerShape.extend({ limits: z.record(z.string(), whole).default({}) })),
});

/** `keys.yaml`. */
export const keysShape = z.strictObject({
  keys: z.array(
    z.strictObject({
      key: z.string().regex(/^[A-Za-z][\w.]*$/, "must be the name of a key"),
      room: z.string().optional(),
      values: z.array(z.string()).optional(),
      number: z.tuple([whole, whole]).optional(),
      most: whole.optional(),
      source: z.string().min(1),
      since: z.string().min(1),
      until: z.string().min(1),
      secret: z.enum(["yes", "no"]),
    }),
  ),
});

export type LayerWritten = z.output<typeof layerShape>;
