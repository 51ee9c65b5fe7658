/** What a building is used for: the words of Smart Data Models, dataModel.Building, Building, property `category`. */
const words = `
  apartments bakehouse barn bridge bungalow bunker cathedral cabin carport cemetery chapel church civic commercial conservatory
  construction cowshed detached digester dormitory farm farm_auxiliary garage garages garbage_shed grandstand greenhouse hangar
  hospital hotel house houseboat hut industrial kindergarten kiosk mosque office parking pavilion public residential retail
  riding_hall roof ruins school service shed shrine stable stadium static_caravan sty synagogue temple terrace train_station
  transformer_tower transportation university warehouse water_tower`;

export const buildingCategories: readonly string[] = words.trim().split(/\s+/);
