/** Colours are never the only sign: each state has a shape, a glyph and a word. */
export const style = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,'Noto Sans KR',sans-serif;--line:#8885;--soft:#8882;--text:#1b1f24;--ground:#fff;
--free:#0b6b34;--full:#7a1f1f;--closed:#4a4f57;--unknown:#6b4e00;--alert:#b3121d;--link:#0b57d0;
--attention:#0b57d0;--caution:#7a5200;--warning:#a3420a;--severe:#b3121d}
@media(prefers-color-scheme:dark){:root{--text:#e8eaed;--ground:#14171a;--free:#4fd08a;--full:#ff9a94;--closed:#b7bec8;--unknown:#f2c14e;--alert:#ff6b6b;--link:#8ab4ff;
--attention:#8ab4ff;--caution:#f2c14e;--warning:#ff9f5a;--severe:#ff6b6b}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--text)}a{color:var(--link)}
nav{display:flex;flex-wrap:wrap;gap:0 1.1rem;padding:.25rem max(1rem,calc((100% - 90rem) / 2 + 1rem));border-bottom:1px solid var(--line)}
nav a{padding:.6rem 0;min-height:2.75rem}nav a[aria-current]{font-weight:700;text-decoration-thickness:3px}nav .who{margin-left:auto}
main{padding:0 1rem 2rem;max-width:90rem;margin:0 auto;overflow-x:auto}main:focus{outline:none}h1{font-size:1.4rem;margin:.9rem 0 .6rem}h2{font-size:1.1rem;margin:1.2rem 0 .4rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.45rem .75rem .45rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;word-break:keep-all;vertical-align:bottom}td{word-break:keep-all;overflow-wrap:break-word}th.n,td.n{padding-right:1.5rem}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th.n{text-align:right}
ul{margin:0;padding-left:1.1rem}.bad{font-weight:700}.ok{white-space:nowrap}.soft{opacity:.8;font-size:.9em}
input,button{font:inherit;padding:.3rem .8rem;min-height:2.75rem}
.filter{display:flex;flex-wrap:wrap;gap:.25rem .5rem;margin:.4rem 0 .8rem}.filter a{padding:.5rem .8rem;border:1px solid var(--line);border-radius:1.5rem;text-decoration:none}
.filter a[aria-current]{border:2px solid currentColor;font-weight:700}
.map{display:grid;gap:0 1.5rem}.map svg{width:100%;height:auto;max-height:80vh;border:1px solid var(--line);border-radius:.5rem;background:var(--soft)}
@media(min-width:56rem){.map{grid-template-columns:minmax(0,5fr) minmax(20rem,4fr)}.map figure{position:sticky;top:.5rem;align-self:start}}
.steps{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}.step{padding:.5rem .8rem;border:1px solid var(--line)}
figure{margin:0}figcaption{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.9em;margin:.4rem 0}figcaption span{display:inline-flex;align-items:center;gap:.3rem}
.mark{width:1.6rem;height:1.6rem;flex:none;vertical-align:middle}.age{white-space:nowrap}.map svg.mark{width:1.6rem;border:0;background:none}
.places{list-style:none;padding:0}.places li{display:flex;gap:.6rem;padding:.5rem .25rem;border-bottom:1px solid var(--line)}
.places li:target{background:var(--soft);outline:2px solid currentColor}.places p{margin:0}.places .word{font-weight:700}
.level{white-space:nowrap}.map .level svg,.level svg{width:.85em;height:.85em;border:0;background:none;fill:currentColor;vertical-align:-.05em}
.l-attention{color:var(--attention)}.l-caution{color:var(--caution)}.l-warning{color:var(--warning)}.l-severe{color:var(--severe)}.s-free{color:var(--free)}.s-full{color:var(--full)}.s-closed,.s-open{color:var(--closed)}.s-unknown{color:var(--unknown)}.s-alert,.s-severe{color:var(--severe)}.s-warning{color:var(--warning)}.s-caution{color:var(--caution)}.s-attention{color:var(--attention)}
.shape{fill:var(--ground);stroke:currentColor;stroke-width:3}:is(.s-alert,.s-severe,.s-warning,.s-caution,.s-attention,.s-full) .shape{fill:currentColor}.glyph{fill:currentColor;font:700 15px system-ui;text-anchor:middle;dominant-baseline:central}
:is(.s-alert,.s-severe,.s-warning,.s-caution,.s-attention,.s-full) .glyph{fill:var(--ground)}.faint{opacity:.75}.faint .shape{stroke-width:2}.tag{fill:var(--text);font:13px system-ui;text-anchor:middle;paint-order:stroke;stroke:var(--ground);stroke-width:4px}
svg a:focus-visible .shape{stroke-width:6}.bar{stroke:var(--text);stroke-width:2}
#stale{display:none;margin:0;padding:.6rem 1rem;background:var(--alert);color:var(--ground);font-weight:700}[data-stale] #stale{display:block}
@media(min-width:44.01rem){td:empty::after{content:'–';opacity:.8}td .name{white-space:nowrap}}
@media(max-width:44rem){table,tbody,tr,td{display:block}thead{position:absolute;left:-99rem}tr{padding:.5rem 0;border-bottom:2px solid var(--line)}
td,td.n{border:0;padding:.15rem 0;text-align:left;display:flex;gap:.75rem}td::before{content:attr(data-of);flex:0 0 7.5rem;opacity:.8}td:empty{display:none}}`;

/**
 * Reads the page again every ten seconds and keeps where somebody is. When the server does not answer it says so: figures
 * that no longer move would be taken for those of now.
 */
export const script = `setInterval(async () => {
  if (document.hidden) return;
  const root = document.documentElement;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const [next, now] = [page.querySelector('main'), document.querySelector('main')];
    delete root.dataset.stale;
    if (next.innerHTML === now.innerHTML) return;
    const held = document.activeElement && now.contains(document.activeElement) ? document.activeElement.id : '';
    now.replaceChildren(...next.childNodes);
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  } catch {
    root.dataset.stale = '';
  }
}, 10000);
`;
