export { PhoneDelivery, type PhoneDeliveryParts } from "./delivery.js";
export { HttpRecordingHook } from "./recording-hook.js";
