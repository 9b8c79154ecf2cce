"""Floor 2: opening what an applicant filed, safely, in a child."""
