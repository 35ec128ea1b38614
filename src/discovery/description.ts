import { createHash } from "node:crypto";
import { create } from "xmlbuilder2";

/** What the gateway is called where devices look for it (UPnP Device Architecture 1.1, 2.3). */
export const deviceType = "urn:earshot-supervision:device:Gateway:1";
export const descriptionPath = "/discovery/description.xml";

/** A unique device name that is the same at every start, and says nothing of what it is made from. */
export function deviceName(gateway: string, publicUrl: string): string {
  const hex = createHash("sha256").update(`earshot device\n${gateway}\n${publicUrl}`).digest("hex");
  const [a, b, c, d, e] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20), hex.slice(20, 32)];
  return `uuid:${a}-${b}-5${c}-8${d}-${e}`;
}

/** The device description of UPnP that an announcement leads to, as a whole document. */
export function description(about: {
  readonly gateway: string;
  readonly publicUrl: string;
  readonly version: string;
}): string {
  const { gateway, publicUrl, version } = about;
  return create({ version: "1.0", encoding: "UTF-8" })
    .ele("urn:schemas-upnp-org:device-1-0", "root")
    .ele("specVersion")
    .ele("major")
    .txt("1")
    .up()
    .ele("minor")
    .txt("1")
    .up()
    .up()
    .ele("device")
    .ele("deviceType")
    .txt(deviceType)
    .up()
    .ele("friendlyName")
    .txt(`earshot (${gateway})`)
    .up()
    .ele("manufacturer")
    .txt("earshot")
    .up()
    .ele("modelName")
    .txt("earshot")
    .up()
    .ele("modelNumber")
    .txt(version)
    .up()
    .ele("UDN")
    .txt(deviceName(gateway, publicUrl))
    .up()
    .ele("presentationURL")
    .txt(`${publicUrl}/`)
    .up()
    .up()
    .end();
}
