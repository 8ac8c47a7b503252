import 'neuroglancer';
import { setupDefaultViewer } from 'neuroglancer/unstable/ui/default_viewer_setup.js';

// The state is the address's fragment, as everywhere with Neuroglancer: #!{…} in JSON.
const viewer = setupDefaultViewer();
// The tests look at the layers through this; so may a person in the browser's console.
Object.assign(window, { viewer });
