import { effect } from '@preact/signals';
import { render } from 'preact';
import { startLive } from './gateway/live.ts';
import { resendSubscription } from './gateway/push.ts';
import { beginSession, session } from './gateway/session.ts';
import { startWorker } from './gateway/stream-source.ts';
import { startAlarms } from './ui/alarm-bar.tsx';
import { App, startFrame } from './ui/app.tsx';
import { startDrawing } from './ui/drawn.ts';
import { startHolding } from './ui/hold.ts';
import { language, startLanguage, startTitle } from './ui/language.ts';
import { load, pageAt } from './ui/pages.ts';
import { route, startRouter } from './ui/router.ts';
import { startSound } from './ui/sound.ts';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/frame.css';
import './ui/styles/parts.css';
import './ui/styles/form.css';

startRouter();
// Its code comes while this one draws.
const first = pageAt(route.peek().path);
if (first !== undefined) void load(first).catch(() => undefined);
if (first?.audience === 'staff') startWorker();
startLanguage();
startTitle();
startFrame();
startLive();
startDrawing();
startAlarms();
startHolding();
startSound();
// A page for anybody asks nobody who they are.
effect(() => {
  if (pageAt(route.value.path)?.audience !== 'anybody') beginSession();
});
// What the HTML says to browsers without scripts would stay, and anywhere.
document.body.replaceChildren();
render(<App />, document.body);
effect(() => {
  if (session.value.state === 'somebody') void resendSubscription(language.peek());
});
