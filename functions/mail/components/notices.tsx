/**
 * The six letters. Each says, in this order: what ends and when, what that means, what happens to what was not saved,
 * how many chats it is about, what to do, where to go instead, why, and how to check that it is genuine.
 */
import type { Role } from '../roles.ts';
import { Alternatives, Choices, Facts, Genuine, Letter, Paragraph, Part, Todo } from './letter.tsx';

const ENDS = ['label.ends', 'feature'] as const;

function First() {
  return (
    <Letter notice="first">
      <Facts facts={[ENDS, ['label.lastDay', 'day']]} />
      <Paragraph of="first.lead" />
      <Middle />
      <Todo />
      <Rest />
      <Choices />
    </Letter>
  );
}

function Reminder() {
  return (
    <Letter notice="reminder">
      <Facts facts={[ENDS, ['label.lastDay', 'day']]} />
      <Paragraph of="reminder.lead" />
      <Middle small />
      <Todo small />
      <Rest small />
      <Choices />
    </Letter>
  );
}

function Soon() {
  return (
    <Letter notice="soon">
      <Facts facts={[ENDS, ['label.lastDay', 'day']]} />
      <Paragraph of="soon.lead" />
      <Middle small />
      <Todo apart />
      <Rest small />
      <Choices />
    </Letter>
  );
}

function Tomorrow() {
  return (
    <Letter notice="tomorrow">
      <Facts facts={[ENDS, ['label.lastDay', 'day.tomorrow']]} />
      <Paragraph of="tomorrow.lead" />
      <Middle small />
      <Todo apart />
      <Rest small />
      <Choices />
    </Letter>
  );
}

function Moved() {
  return (
    <Letter notice="moved">
      <Facts facts={[ENDS, ['label.newLastDay', 'day']]} />
      <Paragraph of="moved.lead" />
      <Middle small />
      <Todo small />
      <Rest small />
      <Choices />
    </Letter>
  );
}

function Done() {
  return (
    <Letter notice="done">
      <Facts
        facts={[
          ['label.ended', 'feature'],
          ['label.wasLastDay', 'endDate'],
        ]}
      />
      <Paragraph of="done.lead" />
      <Part heading="heading.done">
        <Paragraph of="done" />
      </Part>
      <Part heading="heading.unsaved" small>
        <Paragraph of="dataFate" />
      </Part>
      <Part heading="heading.todo" small>
        <Paragraph of="done.todo" />
        <Paragraph of="never" />
      </Part>
      <Rest small />
    </Letter>
  );
}

/** What it means, what happens to the rest, how many chats. */
function Middle({ small = false }: { readonly small?: boolean }) {
  return (
    <>
      <Part heading="heading.means" small={small}>
        <Paragraph of="whatChanges" />
      </Part>
      <Part heading="heading.unsaved" small={small}>
        <Paragraph of="dataFate" />
      </Part>
      <Part heading="heading.count" small={small}>
        <Paragraph of="count" />
      </Part>
    </>
  );
}

/** Where to go, why, and whether to believe it. */
function Rest({ small = false }: { readonly small?: boolean }) {
  return (
    <>
      <Alternatives small={small} />
      <Part heading="heading.why" small={small}>
        <Paragraph of="reason" />
      </Part>
      <Genuine small={small} />
    </>
  );
}

export const NOTICES: Readonly<Record<Role, () => React.ReactElement>> = {
  first: First,
  reminder: Reminder,
  soon: Soon,
  tomorrow: Tomorrow,
  moved: Moved,
  done: Done,
};
