// The console, and the first file to read of it: the page at /console, which does nothing but call the API beside it. What each part
// of it looks at is in pages/; api/ is how it calls, session/ who has signed in, shell/ the frame around a page, parts/ what pages
// are made of.
import { render } from 'preact';
import { LocationProvider } from 'preact-iso/router';
import { Console } from '#console/shell/console.tsx';
import { leaveUnreadableAddress } from '#console/shell/unreadable-address.ts';

leaveUnreadableAddress();

const root = document.getElementById('console');
if (root)
  render(
    <LocationProvider scope="/console">
      <Console />
    </LocationProvider>,
    root,
  );
