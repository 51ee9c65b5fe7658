import type { ForecastReason } from '../reasons/forecast.ts';
import type { Words } from './words.ts';
export function forecastText(reason: ForecastReason): Words {
  return { ko: reason.code, en: reason.code };
}
