import { type Language, text } from '../../text/text.ts';
import { make, type Part, Parts, setAttribute, setHidden, setText } from '../../ui/dom.ts';
import type { AgentView, DeviceView, PointView } from './view.ts';

/** A device, an agent, a point as they stand on the page. */

export type DeviceCardView = { readonly device: DeviceView; readonly language: Language };

export function deviceCard(view: DeviceCardView): Part<DeviceCardView> {
  const { anchor, name, from } = view.device;
  const link = make('a', { href: `#${anchor}`, class: 'name' }, [document.createTextNode(name)]);
  const state = stateMark();
  const simulated = make('span', { class: 'tag' });
  const since = make('span', { class: 'since' });
  const why = make('p', { class: 'why' });
  const heads = [
    make('th', { scope: 'col' }),
    make('th', { scope: 'col', class: 'number' }),
    make('th', { scope: 'col' }),
    make('th', { scope: 'col', class: 'number' }),
  ];
  const caption = make('caption', { class: 'aside' });
  const table = make('table', {}, [caption, make('thead', { class: 'aside' }, [make('tr', {}, heads)])]);
  const node = make('article', { id: anchor, class: 'device', tabindex: '-1' }, [
    make('header', {}, [make('h3', {}, [link]), simulated, state.node, since]),
    make('p', { class: 'from' }, [document.createTextNode(from)]),
    why,
    table,
  ]);
  const points = new Parts<PointView>(table, pointRows);
  return {
    node,
    show({ device, language }) {
      setAttribute(node, 'data-tone', device.tone);
      state.show(device.tone, device.state);
      setText(since, device.since);
      setText(simulated, text(language, 'simulated'));
      setHidden(simulated, !device.simulated);
      setText(why, device.why);
      setHidden(why, device.why === '');
      setText(caption, text(language, 'points', { device: device.name }));
      for (const [index, key] of (['point', 'value', 'unit', 'age'] as const).entries()) {
        const head = heads[index];
        if (head !== undefined) setText(head, text(language, key));
      }
      points.show(device.points, (point) => point.name);
    },
  };
}

/** A body of its own, so that the note may run below the whole row. */
function pointRows(view: PointView): Part<PointView> {
  const label = make('th', { scope: 'row', title: view.name });
  const note = make('td', { class: 'note', colspan: '4' });
  const noteRow = make('tr', {}, [note]);
  const value = make('span', { class: 'value' });
  const unit = make('td', { class: 'unit' });
  const age = make('td', { class: 'age number' });
  const node = make('tbody', { 'data-point': view.name }, [
    make('tr', {}, [label, make('td', { class: 'number' }, [value]), unit, age]),
    noteRow,
  ]);
  return {
    node,
    show(point) {
      setAttribute(node, 'data-tone', point.tone);
      setText(label, point.label);
      setText(note, point.note);
      setHidden(noteRow, point.note === '');
      setText(value, point.value);
      setText(unit, point.unit);
      setText(age, point.age);
    },
  };
}

export type AgentSectionView = {
  readonly agent: AgentView;
  readonly devices: readonly DeviceView[];
  readonly language: Language;
};

export type AgentSection = Part<AgentSectionView> & { showDevice(device: DeviceView, language: Language): void };

export function agentSection(view: AgentSectionView): AgentSection {
  const word = make('span', { class: 'what' });
  const name = make('span', { class: 'name' });
  const simulated = make('span', { class: 'tag' });
  const state = stateMark();
  const facts = make('span', { class: 'facts' });
  const cards = make('div', { class: 'devices' });
  const node = make('section', { class: 'agent', 'aria-label': view.agent.name }, [
    make('header', {}, [make('h2', {}, [word, document.createTextNode(' '), name]), simulated, state.node, facts]),
    cards,
  ]);
  const devices = new Parts<DeviceCardView>(cards, deviceCard);
  return {
    node,
    show({ agent, devices: views, language }) {
      setAttribute(node, 'data-tone', agent.tone);
      setText(word, text(language, 'agent'));
      setText(name, agent.name);
      setText(simulated, text(language, 'simulated'));
      setHidden(simulated, !agent.simulated);
      state.show(agent.tone, agent.state);
      setText(facts, agent.facts.join(' · '));
      devices.show(
        views.map((device) => ({ device, language })),
        ({ device }) => device.key,
      );
    },
    showDevice: (device, language) => devices.get(device.key)?.show({ device, language }),
  };
}

/** A state is told by shape, word and colour together. */
function stateMark() {
  const word = make('span');
  const node = make('span', { class: 'state' }, [make('span', { class: 'shape', 'aria-hidden': 'true' }), word]);
  return {
    node,
    show(tone: string, state: string) {
      setAttribute(node, 'data-tone', tone);
      setText(word, state);
    },
  };
}
