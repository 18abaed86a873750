from dataclasses import dataclass
import numpy as np
@dataclass
class Dirt:
    rng: np.random.Generator
    share: float
def spoil(package, dirt, truth): pass
