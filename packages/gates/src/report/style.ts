/**
 * The style of the pages: one column, the reader's own font, both colour schemes, and paper. Each text has at least
 * 4.5:1 against what it stands on (WCAG 2.2, 1.4.3).
 */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fcfbf9;--card:#fff;--ink:#1c1d20;--soft:#5b5e66;--line:#e4e1db;--way:#8b8f98;
--pass:#17693a;--pass-tint:#e6f4ea;--stop:#ab1f1f;--stop-tint:#fdeceb;--warn:#7a4b00;--warn-tint:#fdf1d8;--calm:#2b5797;--calm-tint:#e8f0fb;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--paper:#15171a;--card:#1c1f23;--ink:#e9e7e3;--soft:#a6a9b1;--line:#31353b;--way:#777c86;
--pass:#79cf97;--pass-tint:#18301f;--stop:#ff9c92;--stop-tint:#3a1c1b;--warn:#edbd5c;--warn-tint:#352a12;--calm:#93bdf8;--calm-tint:#1a2a40}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:auto}
body{margin:0 auto;max-width:1104px;padding:2.5rem 2rem 4rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1,h2,h3,h4,p,ul,ol,dl,dd,blockquote,table{margin:0}
h1,h2,h3,h4{line-height:1.25;font-weight:650;text-wrap:balance}
h1{font-size:clamp(1.6rem,1.1rem + 2.2vw,2.5rem);letter-spacing:-.02em}
h2{font-size:1.25rem;letter-spacing:-.01em}
h3{font-size:1.05rem}
h4{font-size:1rem}
code{font:.86em/1.5 var(--mono)}
a{color:var(--calm);text-underline-offset:.18em}
a:focus-visible,summary:focus-visible{outline:3px solid var(--calm);outline-offset:2px;border-radius:4px}
main:focus{outline:none}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;padding:.5rem 1rem;background:var(--card)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.note,.kicker,footer{color:var(--soft);font-size:.9rem}
.kicker{display:flex;flex-wrap:wrap;gap:.35rem .75rem;align-items:center;margin-bottom:.9rem}
.lede{margin-top:.6rem;font-size:1.12rem;color:var(--soft);max-width:50rem}
.masthead{padding-bottom:2rem;border-bottom:1px solid var(--line)}
.facts{display:flex;flex-wrap:wrap;gap:.9rem 2.5rem;margin-top:1.4rem}
.facts dt{color:var(--soft);font-size:.8rem}
.facts div:first-child{flex-basis:100%}
.promotion>*,.run,main>section,main>nav{margin-top:2.25rem}
.many{padding-top:2.25rem;border-top:1px solid var(--line)}
.many>:first-child{margin-top:0}
.many>.lede{margin-top:.6rem}
section>h2,section>h3{margin-bottom:.9rem}
.badge{display:inline-block;padding:.1em .65em;border-radius:999px;font-size:.82rem;font-weight:600;line-height:1.6;white-space:nowrap}
.badge.pass{color:var(--pass);background:var(--pass-tint)}
.badge.stop{color:var(--stop);background:var(--stop-tint)}
.badge.warn{color:var(--warn);background:var(--warn-tint)}
.badge.calm{color:var(--calm);background:var(--calm-tint)}
.override,.needs{padding:1.25rem 1.4rem;border-radius:12px}
.override{background:var(--warn-tint);border:2px solid var(--warn);color:var(--warn)}
.override h2,.override h3{font-size:1.35rem}
.override blockquote{margin:.2rem 0 .7rem;font-size:1.1rem;color:var(--ink)}
.needs{background:var(--stop-tint)}
.needs>h2,.needs>h3{color:var(--stop);margin-bottom:.6rem}
.needs ul{padding:0;list-style:none;display:grid;gap:.5rem}
.needs li:has(strong){display:grid;grid-template-columns:9.5rem minmax(0,1fr);gap:0 1rem}
.note+.needs{margin-top:.9rem}
.overview{padding-left:1.4rem;display:grid;gap:.45rem}
.gates,.metrics{padding:0;list-style:none;display:grid}
.gates{background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:clip}
.gate{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:.2rem 1.5rem;padding:.85rem 1.3rem;box-shadow:inset 4px 0 var(--line)}
.gate+.gate{border-top:1px solid var(--line)}
.gate.pass{box-shadow:inset 4px 0 var(--pass)}
.gate.stop{box-shadow:inset 4px 0 var(--stop)}
.gate.warn{box-shadow:inset 4px 0 var(--warn)}
.gate-head{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .75rem;align-self:start}
.gate .gate-head{display:grid;gap:.25rem;justify-items:start}
.gate details{margin-top:.2rem}
summary{cursor:pointer;color:var(--soft);font-size:.9rem;width:fit-content;padding:.15rem 0}
details[open]>summary{margin-bottom:.35rem}
.evidence{font-size:.9rem;display:grid;gap:.2rem}
.evidence>div{display:grid;grid-template-columns:minmax(7rem,11rem) minmax(0,1fr);gap:.1rem 1rem;padding:.25rem 0;border-top:1px solid var(--line)}
.evidence dt{color:var(--soft)}
.evidence ul{padding:0;list-style:none;display:grid;gap:.2rem}
.evidence .evidence{font-size:1em}
.evidence .evidence>div{border-top:0;padding:.05rem 0;grid-template-columns:minmax(6rem,9rem) minmax(0,1fr)}
.evidence li+li>.evidence{border-top:1px dashed var(--line);padding-top:.3rem}
.metrics{grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:.75rem;margin-top:1.1rem}
.metric{padding:.95rem 1.2rem;background:var(--card);border:1px solid var(--line);border-radius:12px;min-width:0;display:grid;gap:.6rem;align-content:start}
.score{display:flex;align-items:baseline;gap:.6rem;color:var(--soft)}
.score strong{font-size:2.2rem;line-height:1;color:var(--ink);letter-spacing:-.02em}
.score .badge{align-self:center}
.score-bar{display:block;width:100%;max-width:26rem;height:auto;margin:.7rem 0 .5rem}
.score-bar .track{fill:var(--line)}
.score-bar.pass .fill{fill:var(--pass)}
.score-bar.warn .fill{fill:var(--warn)}
.score-bar.stop .fill{fill:var(--stop)}
.score-bar line{stroke:var(--ink);stroke-width:1.5}
.plain{padding-left:1.2rem}
.verdicts{padding:0;list-style:none;min-width:11rem}
.rest{color:var(--soft)}
table{width:100%;border-collapse:collapse;font-size:.92rem;margin-top:1.1rem}
caption{text-align:left;color:var(--soft);font-size:.9rem;padding-bottom:.4rem}
th,td{text-align:left;vertical-align:top;padding:.5rem 1rem .5rem 0;border-top:1px solid var(--line);font-weight:400;min-width:5.5rem}
thead th{white-space:nowrap;font-size:.8rem;color:var(--soft);border-top:0}
.small{width:auto;min-width:16rem}
svg text{fill:var(--ink);font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.road,.box-plot{display:block;max-width:100%;height:auto}
.box-plot{width:100%;max-width:26rem}
.road.tall{display:none}
svg .name{font-weight:650;font-size:14px}
svg .detail{font:11.5px var(--mono)}
svg .muted,svg .tick,svg .side{fill:var(--soft);font-size:12px}
svg .gate-name .muted{font-size:13px}
.way{fill:none;stroke:var(--way);stroke-width:3}
.way.open{stroke:var(--pass)}
.way.blocked{stroke-dasharray:3 7;stroke-linecap:round}
.station{stroke-width:3;fill:var(--paper);stroke:var(--way)}
.station.reached{fill:var(--pass);stroke:var(--pass)}
.mark circle{stroke:var(--paper);stroke-width:3}
.mark path{fill:none;stroke:var(--paper);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.mark.pass circle{fill:var(--pass)}
.mark.stop circle{fill:var(--stop)}
.mark.warn circle{fill:var(--warn)}
.mark.calm circle{fill:var(--calm)}
.box line{stroke:var(--soft);stroke-width:1.5}
.box rect{fill:var(--line);stroke:var(--soft);stroke-width:1.5}
.box.canary rect{fill:var(--calm-tint);stroke:var(--calm)}
.box.canary line{stroke:var(--calm)}
.box .median{stroke-width:3}
.axis{stroke:var(--line)}
footer{margin-top:3rem;padding-top:1.2rem;border-top:1px solid var(--line)}
@media (max-width:60rem){.road.wide{display:none}.road.tall{display:block}}
@media (max-width:44rem){body{padding:1.5rem 1rem 3rem}
.evidence>div,.evidence .evidence>div{grid-template-columns:minmax(0,1fr)}
.evidence ul,.evidence .evidence{padding-left:.7rem;border-left:2px solid var(--line)}
.gate,.metric,.needs,.override{padding:.85rem 1rem}
.gate{grid-template-columns:minmax(0,1fr)}
.gate .gate-head{display:flex}
.needs li:has(strong){grid-template-columns:minmax(0,1fr)}
.stacked,.stacked tbody,.stacked tr,.stacked th,.stacked td,.stacked caption{display:block}
.stacked thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stacked tr{padding:.6rem 0;border-top:1px solid var(--line)}
.stacked tbody th,.stacked td{border:0;padding:.15rem 0;min-width:0}
.stacked tbody th::before,.stacked td::before{content:attr(data-column);display:block;color:var(--soft);font-size:.8rem}}
@media print{html{font-size:10pt}:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--way:#777;
--pass:#17693a;--pass-tint:#fff;--stop:#ab1f1f;--stop-tint:#fff;--warn:#7a4b00;--warn-tint:#fff;--calm:#2b5797;--calm-tint:#fff}
body{max-width:none;padding:0}
.skip{display:none}
.road.wide{display:block}.road.tall{display:none}
.badge{border:1px solid currentcolor}
.needs{border:1px solid var(--stop)}
details::details-content{content-visibility:visible;block-size:auto}
.gate,.metric,tr,.needs,.override{break-inside:avoid}
h2,h3,h4{break-after:avoid}}
`;
