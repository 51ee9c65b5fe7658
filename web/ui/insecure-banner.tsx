import { insecureText } from '../text/format.ts';
import { language } from './language.ts';
import { Shape } from './state-mark.tsx';

/** Stands on every page of a gateway that lets unencrypted connections in; the gateway says so on <html>. */
export function InsecureBanner() {
  const listeners = document.documentElement.dataset.insecure ?? '';
  if (listeners === '') return null;
  return (
    <p id="insecure" class="insecure" data-tone="caution">
      <Shape />
      <span>{insecureText(listeners, language.value)}</span>
    </p>
  );
}
