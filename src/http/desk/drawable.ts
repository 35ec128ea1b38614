import type { DeskModel, Phone } from "../../model/index.js";
import { vendorNamed } from "../../phones/index.js";
import type { Sheets } from "../sheets.js";

/** Every model with pages whose make says what kind of document it shows, in the order of the makes and their sheets. */
export function drawableModels(sheets: Sheets): readonly DeskModel[] {
  return sheets.all().flatMap(({ vendor, model, profile }) => {
    const form = profile.pages === "yes" ? vendorNamed(vendor)?.form?.(profile) : undefined;
    return form === undefined ? [] : [{ vendor, model, form }];
  });
}

/** The one of them that this is; undefined where it cannot be drawn. A model's name is matched without regard to case. */
export function modelOf(
  models: readonly DeskModel[],
  { vendor, model }: Pick<Phone, "vendor" | "model">,
): DeskModel | undefined {
  return models.find((one) => one.vendor === vendor && one.model === model.toUpperCase());
}
