"""What the product knows: chips, models, prices, published runs, assumptions and their sources."""

from compute_cost.catalogue.shelves import (
    Index as Index,
)
from compute_cost.catalogue.shelves import (
    accelerators as accelerators,
)
from compute_cost.catalogue.shelves import (
    assumption as assumption,
)
from compute_cost.catalogue.shelves import (
    assumption_of_chip as assumption_of_chip,
)
from compute_cost.catalogue.shelves import (
    assumptions as assumptions,
)
from compute_cost.catalogue.shelves import (
    catalogue_date as catalogue_date,
)
from compute_cost.catalogue.shelves import (
    coefficients as coefficients,
)
from compute_cost.catalogue.shelves import (
    constant as constant,
)
from compute_cost.catalogue.shelves import (
    default_gpu as default_gpu,
)
from compute_cost.catalogue.shelves import (
    folder as folder,
)
from compute_cost.catalogue.shelves import (
    forget as forget,
)
from compute_cost.catalogue.shelves import (
    held_out as held_out,
)
from compute_cost.catalogue.shelves import (
    is_package as is_package,
)
from compute_cost.catalogue.shelves import (
    kept as kept,
)
from compute_cost.catalogue.shelves import (
    key as key,
)
from compute_cost.catalogue.shelves import (
    load as load,
)
from compute_cost.catalogue.shelves import (
    models as models,
)
from compute_cost.catalogue.shelves import (
    objects as objects,
)
from compute_cost.catalogue.shelves import (
    open as open,  # noqa: A004 (it reads catalogue.open)
)
from compute_cost.catalogue.shelves import (
    prices as prices,
)
from compute_cost.catalogue.shelves import (
    published_estimates as published_estimates,
)
from compute_cost.catalogue.shelves import (
    read_rows as read_rows,
)
from compute_cost.catalogue.shelves import (
    runs as runs,
)
from compute_cost.catalogue.shelves import (
    source as source,
)
from compute_cost.catalogue.shelves import (
    sources as sources,
)
from compute_cost.catalogue.shelves import (
    step_rows as step_rows,
)
from compute_cost.catalogue.shelves import (
    user_prices as user_prices,
)
from compute_cost.catalogue.shelves import (
    user_prices_file as user_prices_file,
)
