export { PhoneDelivery, type PhoneDeliveryParts } from "./delivery.js";
