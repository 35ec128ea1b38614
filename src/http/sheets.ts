import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import type { KnownPhones, ModelFacts } from "../model/index.js";
import { type Profile, type Vendor, vendors } from "../phones/index.js";
import { PhoneServerError } from "./errors.js";

const characters = z.int().min(4).max(200);
const screenSchema = z.strictObject({
  columns: characters,
  titleColumns: characters,
  rows: z.int().min(2).max(30),
  labelColumns: characters,
  selection: z.boolean(),
});

const known = z.enum(["yes", "uncertain", "no"]);
const pushSchema = z.strictObject({ documentBytes: z.int().min(500).max(2048) });
const traitsSchema = z.record(z.string(), known);
const sizesSchema = z.record(z.string(), z.int().min(0));

const profileSchema = z.strictObject({
  name: z.string().min(1),
  pages: known,
  screen: screenSchema,
  softkeys: z.int().min(1).max(8),
  refreshHeader: known,
  secretInput: known,
  limits: z.strictObject({
    documentBytes: z.int().min(2000),
    urlLength: z.int().min(200),
    launcherUrlLength: z.int().min(50),
    refreshSeconds: z.int().min(1).max(60),
  }),
  push: pushSchema,
  traits: traitsSchema,
  sizes: sizesSchema,
  quirks: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]+$/),
      says: z.string().min(1),
      source: z.string().min(1),
      seenOn: z.array(z.string()),
    }),
  ),
});

/** What differs from the profile is merged and read again as a whole, so a wrong key there is found too. */
const modelSchema = z.strictObject({
  screen: z.record(z.string(), z.unknown()).optional(),
  softkeys: profileSchema.shape.softkeys.optional(),
  pages: known.optional(),
  refreshHeader: known.optional(),
  secretInput: known.optional(),
  push: z.record(z.string(), z.unknown()).optional(),
  traits: traitsSchema.optional(),
  sizes: sizesSchema.optional(),
});

const sheetSchema = z.strictObject({
  profiles: z.array(
    profileSchema.extend({ models: z.record(z.string().regex(/^[A-Z0-9-]{2,20}$/), modelSchema) }).transform((read) => {
      const { models, ...profile } = read;
      return { profile, models };
    }),
  ),
});

/** The model sheets of all vendors, read and checked. */
export interface Sheets {
  /** The profile of a model, whose name is matched without regard to case. */
  profile(vendor: string, model: string): Profile | undefined;
  /** Every profile once per model, for proving templates. */
  all(): readonly { readonly vendor: string; readonly model: string; readonly profile: Profile }[];
  /** What the configuration's check has to know of them. */
  known(): KnownPhones;
}

/** The folder `phone-templates/` of this package, ending in a slash; the same from `src/` and from `dist/`. */
export function templatesFolder(): string {
  return fileURLToPath(new URL("../../phone-templates/", import.meta.url));
}

/**
 * The models of one sheet, which has exactly the traits and sizes that its vendor names.
 * Throws {@link PhoneServerError} `sheet` with file and key where it is wrong.
 */
export function readSheet(
  text: string,
  file: string,
  { traits, sizes }: Vendor["sheet"],
): ReadonlyMap<string, Profile> {
  try {
    const found = new Map<string, Profile>();
    for (const { profile, models } of sheetSchema.parse(parse(text, { merge: true })).profiles) {
      for (const [model, own] of Object.entries(models)) {
        if (found.has(model)) throw new Error(`model ${model} stands there twice`);
        const merged = { traits: { ...profile.traits, ...own.traits }, sizes: { ...profile.sizes, ...own.sizes } };
        checkNames(model, "traits", Object.keys(merged.traits), traits);
        checkNames(model, "sizes", Object.keys(merged.sizes), sizes);
        found.set(model, {
          ...profile,
          softkeys: own.softkeys ?? profile.softkeys,
          ...merged,
          pages: own.pages ?? profile.pages,
          secretInput: own.secretInput ?? profile.secretInput,
          refreshHeader: own.refreshHeader ?? profile.refreshHeader,
          screen: screenSchema.parse({ ...profile.screen, ...own.screen }),
          push: pushSchema.parse({ ...profile.push, ...own.push }),
        });
      }
    }
    return found;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error;
    throw new PhoneServerError("sheet", `The model sheet ${file} cannot be used: ${why}`);
  }
}

/**
 * Reads `<folder>/<vendor>/models.yaml` of every vendor.
 * Throws {@link PhoneServerError} `sheet` where one is missing or wrong.
 */
export async function loadSheets(folder: string = templatesFolder()): Promise<Sheets> {
  const sheets = new Map<string, ReadonlyMap<string, Profile>>();
  for (const [vendor, { sheet }] of Object.entries(vendors)) {
    const file = `${vendor}/models.yaml`;
    const text = await readFile(`${folder}/${file}`, "utf8").catch(() => {
      throw new PhoneServerError("sheet", `The model sheet ${file} is missing in ${folder}`);
    });
    sheets.set(vendor, readSheet(text, file, sheet));
  }
  return {
    profile: (vendor, model) => sheets.get(vendor)?.get(model.toUpperCase()),
    all: () =>
      [...sheets].flatMap(([vendor, models]) => [...models].map(([model, profile]) => ({ vendor, model, profile }))),
    known: () => Object.fromEntries([...sheets].map(([vendor, models]) => [vendor, factsOf(vendors[vendor], models)])),
  };
}

function checkNames(model: string, what: string, found: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !found.includes(name));
  const unknown = found.filter((name) => !wanted.includes(name));
  if (missing.length > 0) throw new Error(`${model} has no ${what}.${missing[0]}`);
  if (unknown.length > 0) throw new Error(`${model} has ${what}.${unknown[0]}, which its vendor does not know`);
}

function factsOf(vendor: Vendor | undefined, models: ReadonlyMap<string, Profile>): KnownPhones[string] {
  const { ways = [], priorities = [], lampKeys = false } = vendor?.push ?? {};
  const facts = [...models].map(([model, profile]): [string, ModelFacts] => {
    const { pages, secretInput } = profile;
    const lineKeys = vendor?.push?.lineKeys?.(profile);
    return [model, { pages, secretInput, ...(lineKeys !== undefined && { lineKeys }) }];
  });
  return { models: Object.fromEntries(facts), ways, priorities, lampKeys };
}
