import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { type Profile, vendors } from "../phones/index.js";
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
const pushSchema = z.strictObject({
  documentBytes: z.int().min(500).max(1300),
  lineLamps: known,
  keyLabel: known,
  labelColumns: characters,
});

const profileSchema = z.strictObject({
  name: z.string().min(1),
  screen: screenSchema,
  softkeys: z.int().min(1).max(8),
  okKey: z.enum(["yes", "no"]),
  refreshHeader: known,
  listTimeout: z.int().min(0),
  limits: z.strictObject({
    documentBytes: z.int().min(2000),
    items: z.int().min(1),
    urlLength: z.int().min(200),
    launcherUrlLength: z.int().min(50),
  }),
  push: pushSchema,
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
  okKey: profileSchema.shape.okKey.optional(),
  refreshHeader: profileSchema.shape.refreshHeader.optional(),
  push: z.record(z.string(), z.unknown()).optional(),
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
  /** Vendor to models, for the configuration's check. */
  knownModels(): Readonly<Record<string, readonly string[]>>;
}

/** The folder `phone-templates/` of this package, ending in a slash; the same from `src/` and from `dist/`. */
export function templatesFolder(): string {
  return fileURLToPath(new URL("../../phone-templates/", import.meta.url));
}

/** The models of one sheet. Throws {@link PhoneServerError} `sheet` with file and key where it is wrong. */
export function readSheet(text: string, file: string): ReadonlyMap<string, Profile> {
  try {
    const found = new Map<string, Profile>();
    for (const { profile, models } of sheetSchema.parse(parse(text)).profiles) {
      for (const [model, own] of Object.entries(models)) {
        if (found.has(model)) throw new Error(`model ${model} stands there twice`);
        found.set(model, {
          ...profile,
          okKey: own.okKey ?? profile.okKey,
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
  for (const vendor of Object.keys(vendors)) {
    const file = `${vendor}/models.yaml`;
    const text = await readFile(`${folder}/${file}`, "utf8").catch(() => {
      throw new PhoneServerError("sheet", `The model sheet ${file} is missing in ${folder}`);
    });
    sheets.set(vendor, readSheet(text, file));
  }
  return {
    profile: (vendor, model) => sheets.get(vendor)?.get(model.toUpperCase()),
    all: () =>
      [...sheets].flatMap(([vendor, models]) => [...models].map(([model, profile]) => ({ vendor, model, profile }))),
    knownModels: () => Object.fromEntries([...sheets].map(([vendor, models]) => [vendor, [...models.keys()]])),
  };
}
