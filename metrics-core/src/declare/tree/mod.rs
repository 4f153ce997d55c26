//! Checks of sets in sets, which only the compiler can make: it alone knows the tree. The derive calls them in
//! constants, one for each field and label; messages are put together here, for they name families of other structs.

mod labels;
mod name;
mod nested;

pub use labels::check_constant_label;
pub use nested::{Names, check_nested_set};
