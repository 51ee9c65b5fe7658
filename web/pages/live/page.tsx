import { useEffect } from 'preact/hooks';
import { modelNow } from '../../gateway/live.ts';
import { agentKey } from '../../gateway/model.ts';
import { title } from '../../ui/language.ts';
import { seenNow } from '../../ui/seen.ts';
import { AgentSection } from './agent-section.tsx';
import { headlineOf } from './headline.ts';
import { HeadlineSection } from './headline-section.tsx';

/** Every agent, device and point of the gateway as they stand. */
export default function LivePage() {
  const model = modelNow();
  useEffect(() => {
    if (model.devices.size > 0) showTarget();
  }, [model.devices.size > 0]);
  useEffect(() => {
    addEventListener('hashchange', showTarget);
    return () => removeEventListener('hashchange', showTarget);
  }, []);
  return (
    <>
      <HeadlineNow />
      <div id="agents">
        {[...model.agents].map(([key, agent]) => (
          <AgentSection
            key={key}
            agent={agent}
            devices={[...model.devices.values()].filter((device) => agentKey(device) === key)}
          />
        ))}
      </div>
    </>
  );
}

/** Counted again every second; the cards below are drawn by themselves. */
function HeadlineNow() {
  const model = modelNow();
  const line = headlineOf(model, seenNow());
  title.value = model.devices.size === 0 ? '' : line.text;
  return <HeadlineSection line={line} to={(anchor) => `#${anchor}`} />;
}

/** Leads to the device the address names. */
function showTarget(): void {
  const card = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (const other of document.querySelectorAll('.device[data-target]')) other.removeAttribute('data-target');
  if (card === null || !card.classList.contains('device')) return;
  card.setAttribute('data-target', '');
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'start' });
  // Cards above get their true height only when they come near: the first jump is a guess.
  requestAnimationFrame(() => requestAnimationFrame(() => card.scrollIntoView({ block: 'start' })));
}
