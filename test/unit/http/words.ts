import { loadSheets, loadTexts } from "../../../src/http/index.ts";
import type { Say } from "../../../src/pages/index.ts";

/** The model sheets and the texts as they are, in the site's language where somebody has none of their own. */
export const sheets = await loadSheets();
export const texts = await loadTexts(sheets);

const screen = sheets.profile("yealink", "T46U")?.screen;
/** English, on a T46U. */
export const say: Say = texts.to(undefined, screen);
